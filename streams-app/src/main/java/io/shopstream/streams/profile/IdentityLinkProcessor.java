package io.shopstream.streams.profile;

import io.shopstream.events.IdentityLink;
import io.shopstream.events.MoveKind;
import io.shopstream.events.ProfileMove;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A visitor turned out to be a user: sends what is held of the visitor to the user, in one message,
 * and leaves a marker that sends later events there. The newest link of a visitor counts.
 */
final class IdentityLinkProcessor
    extends ContextualProcessor<String, IdentityLink, String, ProfileMove> {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final Duration idle;
  private Shoppers shoppers;

  /**
   * @param idle a marker that nothing comes by for so long is forgotten
   */
  IdentityLinkProcessor(Duration idle) {
    this.idle = idle;
  }

  @Override
  public void init(ProcessorContext<String, ProfileMove> context) {
    super.init(context);
    shoppers = new Shoppers(context);
  }

  @Override
  public void process(Record<String, IdentityLink> record) {
    var link = record.value();
    ShopperProcessor.reject(EventRules.broken(link, record.timestamp()));
    var visitor = link.getVisitorId();
    var row = shoppers.get(visitor);
    if (visitor.equals(link.getUserId())
        || link.getTimeMs() <= row.erasedMs()
        || !shoppers.isFirstLink(visitor, link.getTimeMs(), link.getLinkId(), record.timestamp())) {
      return;
    }
    var content = NOTHING;
    if (row instanceof ShopperRow.Forwarded before) {
      if (before.userId().equals(link.getUserId()) || before.linkedMs() > link.getTimeMs()) {
        return;
      }
    } else if (row instanceof ShopperRow.Profile profile && !profile.state().isUnknown()) {
      // The visitor's clicks come again by the visitor's key, and are looked for there.
      shoppers.storeHour(visitor, profile.state(), record.timestamp());
      content = ByteBuffer.wrap(profile.toBytes());
    }
    shoppers.put(
        visitor,
        row,
        new ShopperRow.Forwarded(
            link.getUserId(),
            link.getTimeMs(),
            link.getTimeMs(),
            Math.max(link.getTimeMs(), context().currentSystemTimeMs()) + idle.toMillis(),
            row.erasedMs()));
    context()
        .forward(
            new Record<>(
                link.getUserId(),
                new ProfileMove(
                    link.getLinkId(),
                    visitor,
                    link.getUserId(),
                    link.getTimeMs(),
                    MoveKind.PROFILE,
                    content,
                    0),
                record.timestamp()));
  }
}

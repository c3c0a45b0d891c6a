package io.shopstream.streams.profile;

import io.shopstream.events.Order;
import io.shopstream.events.OrderFingerprint;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.OrderContent;
import io.shopstream.streams.runtime.RejectedEventException;
import io.shopstream.streams.store.RowStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Remembers the content of each order by its id, so that a second order with the id of another can
 * be told from a harmless repetition. The first one counts.
 */
final class OrdersByIdProcessor extends ContextualProcessor<String, Order, Void, Void> {

  static final String ORDERS_BY_ID = "orders-by-id";

  private RowStore orders;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    orders = context.getStateStore(ORDERS_BY_ID);
  }

  @Override
  public void process(Record<String, Order> record) {
    var order = record.value();
    var key = Bytes.wrap(record.key().getBytes(StandardCharsets.UTF_8));
    var hash = ByteBuffer.wrap(OrderContent.hash(order));
    var known = orders.get(key);
    if (known == null) {
      orders.put(key, AvroBinary.encode(new OrderFingerprint(hash, order.getTimeMs())));
    } else if (!AvroBinary.decode(known, OrderFingerprint.class).getContentHash().equals(hash)) {
      throw new RejectedEventException("order_id: names another order with other content");
    }
  }
}

package io.shopstream.streams.feedback;

import io.shopstream.events.Click;
import io.shopstream.events.topics.EventKeys;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Passes clicks on recommendations on, few of all: who counts feedback need not read the whole
 * clickstream.
 */
public final class RecommendedClicksProcessor
    extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Click click && click.getRecommendationId() != null) {
      context().forward(record.withKey(EventKeys.of(click)));
    }
  }
}

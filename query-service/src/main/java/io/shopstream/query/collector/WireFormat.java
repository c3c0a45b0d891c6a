package io.shopstream.query.collector;

import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Writes the values of one topic; the registry has been asked, and may be away from then on. */
final class WireFormat implements AutoCloseable {

  private final Topic topic;
  private final Serializer<SpecificRecord> serializer;

  private WireFormat(Topic topic, Serializer<SpecificRecord> serializer) {
    this.topic = topic;
    this.serializer = serializer;
  }

  /** Asks the registry; throws what the serializer throws when it does not answer. */
  @SuppressWarnings("unchecked") // the topic's serializer gets the topic's records
  static WireFormat of(Topic topic, AvroSerdes serdes) {
    var serializer = (Serializer<SpecificRecord>) serdes.serializer(topic.value());
    try {
      serializer.serialize(topic.name(), BlankRecords.of(topic.value()));
      return new WireFormat(topic, serializer);
    } catch (RuntimeException e) {
      serializer.close();
      throw e;
    }
  }

  /** The value as it goes into the topic. */
  byte[] encode(SpecificRecord event) {
    return serializer.serialize(topic.name(), event);
  }

  @Override
  public void close() {
    serializer.close();
  }
}

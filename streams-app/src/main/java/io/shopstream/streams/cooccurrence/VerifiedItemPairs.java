package io.shopstream.streams.cooccurrence;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Lets only messages of item-pairs through that can be read to their end. Safe for use by several
 * threads: Kafka Streams hands one to all of them.
 */
final class VerifiedItemPairs implements Deserializer<byte[]> {

  private final Deserializer<byte[]> encoded;

  /**
   * @param encoded tells values in Avro binary, by our schema; closed with this one
   */
  VerifiedItemPairs(Deserializer<byte[]> encoded) {
    this.encoded = encoded;
  }

  @Override
  public byte[] deserialize(String topic, byte[] bytes) {
    return verified(encoded.deserialize(topic, bytes));
  }

  @Override
  public byte[] deserialize(String topic, Headers headers, byte[] bytes) {
    return verified(encoded.deserialize(topic, headers, bytes));
  }

  private static byte[] verified(byte[] message) {
    if (message != null) {
      try {
        new ItemPairsReader().verify(message);
      } catch (IllegalArgumentException e) {
        throw new SerializationException(
            "Not a value of the schema it names: " + e.getMessage(), e);
      }
    }
    return message;
  }

  @Override
  public void close() {
    encoded.close();
  }
}

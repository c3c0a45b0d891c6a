package io.shopstream.streams.cooccurrence;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Lets only messages of item-pairs through that can be read to their end. */
final class VerifiedItemPairs implements Deserializer<byte[]> {

  private final ItemPairsReader reader = new ItemPairsReader();
  private final Deserializer<byte[]> encoded;

  /**
   * @param encoded tells values in Avro binary, by our schema; closed with this one
   */
  VerifiedItemPairs(Deserializer<byte[]> encoded) {
    this.encoded = encoded;
  }

  @Override
  public byte[] deserialize(String topic, byte[] bytes) {
    var message = encoded.deserialize(topic, bytes);
    if (message != null) {
      try {
        reader.verify(message);
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

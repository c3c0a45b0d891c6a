package io.shopstream.streams.runtime;

import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Lets only values through that can be read to their end, for who reads them where they stand: what
 * is broken becomes a dead letter before any of it is taken over. Safe for use by several threads,
 * if what verifies is: Kafka Streams hands one to all of them.
 */
public final class VerifiedValues implements Deserializer<byte[]> {

  private final Deserializer<byte[]> encoded;
  private final Consumer<byte[]> verifier;

  /**
   * Verifies what another one tells.
   *
   * @param encoded closed with this one
   * @param verifier throws an {@link IllegalArgumentException} that says what is wrong with a value
   */
  public VerifiedValues(Deserializer<byte[]> encoded, Consumer<byte[]> verifier) {
    this.encoded = encoded;
    this.verifier = verifier;
  }

  @Override
  public byte[] deserialize(String topic, byte[] bytes) {
    return verified(encoded.deserialize(topic, bytes));
  }

  @Override
  public byte[] deserialize(String topic, Headers headers, byte[] bytes) {
    return verified(encoded.deserialize(topic, headers, bytes));
  }

  private byte[] verified(byte[] value) {
    if (value != null) {
      try {
        verifier.accept(value);
      } catch (IllegalArgumentException e) {
        throw new SerializationException(
            "Not a value of the schema it names: " + e.getMessage(), e);
      }
    }
    return value;
  }

  @Override
  public void close() {
    encoded.close();
  }
}

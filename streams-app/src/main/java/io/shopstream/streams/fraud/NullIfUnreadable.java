package io.shopstream.streams.fraud;

import io.shopstream.streams.runtime.DeadLetterHandler;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what can be read and passes the rest by, where another application of the process reads the
 * same topic and sends the rest to the dead letters.
 */
final class NullIfUnreadable<T> implements Deserializer<T> {

  private final Deserializer<T> reader;

  NullIfUnreadable(Deserializer<T> reader) {
    this.reader = reader;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    // The reader comes configured.
  }

  @Override
  public T deserialize(String topic, byte[] data) {
    try {
      return data == null ? null : reader.deserialize(topic, data);
    } catch (RuntimeException e) {
      if (DeadLetterHandler.isOfTheMachine(e)) {
        throw e;
      }
      return null;
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}

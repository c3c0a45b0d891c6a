package io.shopstream.streams.runtime;

import io.shopstream.events.state.StateStore;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * A store that the state endpoint answers for.
 *
 * @param store its contract
 * @param topic whose partitions are the store's
 * @param answer turns what is stored into what the contract says
 */
public record QueryableStore(StateStore store, String topic, Answer answer) {

  /** Answers for a key of the contract from what is stored. */
  @FunctionalInterface
  public interface Answer {
    /** The answer; empty when what is stored is nothing to others. */
    Optional<byte[]> of(ReadOnlyKeyValueStore<Bytes, byte[]> rows, byte[] key);
  }

  /**
   * Turns a stored value into an answer, so that the stored form can change behind the contract.
   */
  @FunctionalInterface
  public interface Translation {
    /** The answer for a key; empty when what is stored is nothing to others. Neither is changed. */
    Optional<byte[]> of(byte[] key, byte[] value);
  }

  /** A store that has one row a key. */
  public static QueryableStore translated(StateStore store, String topic, Translation translation) {
    return new QueryableStore(
        store,
        topic,
        (rows, key) ->
            Optional.ofNullable(rows.get(Bytes.wrap(key)))
                .flatMap(value -> translation.of(key, value)));
  }

  /** A store whose stored form is the contract. */
  public static QueryableStore asStored(StateStore store, String topic) {
    return translated(store, topic, (key, value) -> Optional.of(value));
  }
}

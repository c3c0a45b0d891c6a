package io.shopstream.streams.runtime;

import io.shopstream.events.state.StateStore;
import java.util.Optional;

/**
 * A store that the state endpoint answers for.
 *
 * @param store its contract
 * @param topic whose partitions are the store's
 * @param answer turns what is stored into what the contract says
 */
public record QueryableStore(StateStore store, String topic, Answer answer) {

  /**
   * Turns a stored value into an answer, so that the stored form can change behind the contract.
   */
  @FunctionalInterface
  public interface Answer {
    /** The answer for a key; empty when what is stored is nothing to others. Neither is changed. */
    Optional<byte[]> of(byte[] key, byte[] value);
  }

  /** A store whose stored form is the contract. */
  public static QueryableStore asStored(StateStore store, String topic) {
    return new QueryableStore(store, topic, (key, value) -> Optional.of(value));
  }
}

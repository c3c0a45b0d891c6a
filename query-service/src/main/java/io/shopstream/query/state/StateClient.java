package io.shopstream.query.state;

import io.shopstream.events.PairKind;
import io.shopstream.events.state.StateStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads the state that streams-app holds, wherever it is held just now. */
public interface StateClient {

  /**
   * Reads rows of a store, from the instance that updates each or, while that one is away, from a
   * standby. Keys of one instance travel in one request.
   *
   * @param keys as {@link StateStore} makes them
   * @return a row a key in the order asked; never fails: what could not be read is {@link
   *     StateRow.Unavailable}
   */
  CompletableFuture<List<StateRow>> read(StateStore store, List<byte[]> keys);

  /**
   * Reads a profile as {@link #read} does, and has it bring along what the instance that answers
   * updates of the neighbours of the items of its visit, those of {@code BOUGHT} of its basket too:
   * a second read is needed only for those that did not come.
   *
   * @param shopper key of {@link StateStore#USER_PROFILES}
   * @param kind of the neighbours
   * @return never fails: a profile that could not be read is {@link StateRow.Unavailable}
   */
  CompletableFuture<StateRow> readVisit(byte[] shopper, PairKind kind);
}

package io.shopstream.query.state;

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
}

package io.shopstream.query.state;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks the instances of streams-app themselves, one by one. */
public interface InstanceClient {

  /**
   * Asks every instance that is known to hold anything, all at the same time.
   *
   * @param path below the address of an instance
   * @return the answers by address, {@code host:port}; empty for an instance that did not answer in
   *     time or with an error; never fails
   */
  CompletableFuture<Map<String, Optional<byte[]>>> askAll(String path);
}

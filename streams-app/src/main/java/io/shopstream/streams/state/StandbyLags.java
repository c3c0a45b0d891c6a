package io.shopstream.streams.state;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.runtime.RunningApplication;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.LagInfo;

/**
 * How far the standbys of this instance are behind. Asking costs a request to the broker, so an
 * answer serves for a second.
 */
@Singleton
final class StandbyLags {

  private static final Duration FRESH = Duration.ofSeconds(1);

  private final LoadingCache<RunningApplication, Map<String, Map<Integer, LagInfo>>> lags =
      Caffeine.newBuilder()
          .expireAfterWrite(FRESH)
          .maximumSize(16)
          .build(application -> application.streams().allLocalStorePartitionLags());

  /** Records of the changelog that the local copy has not taken yet; 0 when not known. */
  long records(RunningApplication application, StateStore store, int partition) {
    var lag = lags.get(application).getOrDefault(store.storeName(), Map.of()).get(partition);
    return lag == null ? 0 : lag.offsetLag();
  }
}

package io.shopstream.streams.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Builds a {@link RowStore} over a logged RocksDB store of the same name. */
public final class RowStoreBuilder implements StoreBuilder<RowStore> {

  /** Part of the usual memory that rows get which are not read again soon. */
  private static final int RARELY_READ = 4;

  private final String name;
  private final long tableBytes;
  private final long unloggedBytes;
  private final Map<String, String> logConfig = new HashMap<>();
  private boolean written;
  private LongSupplier clockMs = System::currentTimeMillis;

  /**
   * Bounds the store that is built.
   *
   * @param name of the store, and so of its changelog
   * @param tableBytes bound of the table of one partition, in bytes
   * @param unloggedBytes bound of what waits for the commit in one partition, in bytes
   */
  public RowStoreBuilder(String name, long tableBytes, long unloggedBytes) {
    if (tableBytes < unloggedBytes || unloggedBytes < 1) {
      throw new IllegalArgumentException(
          "Store %s: table bytes (%d) must be at least what may wait for a commit (%d), and both positive"
              .formatted(name, tableBytes, unloggedBytes));
    }
    this.name = name;
    this.tableBytes = tableBytes;
    this.unloggedBytes = unloggedBytes;
  }

  /**
   * For rows that are read once, or not before days have gone by: the table is for writing only,
   * and gets a {@value #RARELY_READ}th of the memory that others get.
   *
   * @param tableBytes bound of the table of others
   * @param unloggedBytes bound of what waits for the commit in others
   */
  public static RowStoreBuilder rarelyRead(String name, long tableBytes, long unloggedBytes) {
    return new RowStoreBuilder(name, tableBytes / RARELY_READ, unloggedBytes / RARELY_READ);
  }

  /**
   * For one of several stores that share a bound: it gets some parts of it.
   *
   * @param tableBytes bound of the tables of all of them, of one partition
   * @param unloggedBytes bound of what waits for the commit in all of them, of one partition
   * @param parts that the store gets
   * @param all parts there are
   */
  public static RowStoreBuilder sharing(
      String name, long tableBytes, long unloggedBytes, int parts, int all) {
    return new RowStoreBuilder(name, tableBytes / all * parts, unloggedBytes / all * parts);
  }

  @Override
  public RowStore build() {
    var logged =
        Stores.keyValueStoreBuilder(
                FreelyReadRocksDb.supplier(name), Serdes.Bytes(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(logConfig)
            .build();
    return new RowStore(logged, tableBytes, unloggedBytes, written, clockMs);
  }

  @Override
  public StoreBuilder<RowStore> withLoggingEnabled(Map<String, String> config) {
    logConfig.clear();
    logConfig.putAll(config);
    return this;
  }

  /**
   * For what belongs to a person: the changelog forgets what was deleted or overwritten.
   *
   * @param lag after which a segment is closed, and again until it is compacted, so that it is gone
   *     after twice this time; see {@link ChangelogPulse}
   */
  public RowStoreBuilder forgettingWithin(Duration lag) {
    var lagMs = Long.toString(lag.toMillis());
    logConfig.putAll(
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_COMPACT,
            TopicConfig.SEGMENT_MS_CONFIG,
            lagMs,
            TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
            lagMs,
            TopicConfig.DELETE_RETENTION_MS_CONFIG,
            lagMs));
    return this;
  }

  /**
   * For rows that are asked for by a range of keys while much is going on: a commit writes them to
   * RocksDB as well, because a range looks through all rows that it has not.
   */
  public RowStoreBuilder readInRanges() {
    written = true;
    return this;
  }

  /** With another clock, for tests. */
  RowStoreBuilder withClock(LongSupplier clock) {
    clockMs = clock;
    return this;
  }

  @Override
  public StoreBuilder<RowStore> withCachingEnabled() {
    throw new UnsupportedOperationException("A row store has its own table in front");
  }

  @Override
  public StoreBuilder<RowStore> withCachingDisabled() {
    // Kafka Streams says so to every store when the cache is given no memory.
    return this;
  }

  @Override
  public StoreBuilder<RowStore> withLoggingDisabled() {
    throw new UnsupportedOperationException("Without a changelog a row store loses what it holds");
  }

  @Override
  public Map<String, String> logConfig() {
    return Map.copyOf(logConfig);
  }

  @Override
  public boolean loggingEnabled() {
    return true;
  }

  @Override
  public String name() {
    return name;
  }
}

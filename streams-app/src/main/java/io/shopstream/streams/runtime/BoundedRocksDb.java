package io.shopstream.streams.runtime;

import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the native memory of all stores of the process together: one block cache, with the write
 * buffers, indexes and filters charged to it. By default each store may take some 98 MB of its own.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

  /** Key of the bound, in mebibytes, in the configuration of a Kafka Streams application. */
  public static final String MEMORY_MB = "shopstream.rocksdb.memory.mb";

  private static final long MEBIBYTE = 1L << 20;
  private static final int BLOCK_BYTES = 16 * 1024;
  private static final long WRITE_BUFFER_BYTES = 4 * MEBIBYTE;

  /**
   * What a write buffer takes at a time. By default it is an eighth of the buffer from its first
   * row on: a hundred stores, most of them nearly empty, used up what all of them together may
   * take, and those with rows were flushed again and again, seven times a second under load.
   */
  private static final long ARENA_BLOCK_BYTES = 32 * 1024;

  private static final double BLOOM_BITS_A_KEY = 10;

  private static LRUCache cache;
  private static WriteBufferManager writeBuffers;
  private static long limitBytes;

  private BloomFilter filter;
  private WriteStalls.Listener stalls;

  /** Made once for the process, by the first store; the native library must be there before. */
  private static synchronized void share(long memoryBytes) {
    if (cache == null) {
      RocksDB.loadLibrary();
      cache = new LRUCache(memoryBytes, -1, false, 0.1);
      writeBuffers = new WriteBufferManager(memoryBytes / 3, cache);
      limitBytes = memoryBytes;
    }
  }

  /** Bound of block cache and write buffers, in bytes; 0 before the first store. */
  public static synchronized long memoryLimitBytes() {
    return limitBytes;
  }

  /** What of it is used, in bytes; 0 before the first store. */
  public static synchronized long memoryUsedBytes() {
    return cache == null ? 0 : cache.getUsage();
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    share(Long.parseLong(configs.get(MEMORY_MB).toString()) * MEBIBYTE);
    filter = new BloomFilter(BLOOM_BITS_A_KEY);
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(cache);
    table.setBlockSize(BLOCK_BYTES);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinL0FilterAndIndexBlocksInCache(true);
    table.setFilterPolicy(filter);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(writeBuffers);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    options.setMaxWriteBufferNumber(3);
    // What is merged again soon is not worth the time: only files that stay are compressed.
    options.setCompressionType(CompressionType.NO_COMPRESSION);
    options.setBottommostCompressionType(CompressionType.LZ4_COMPRESSION);
    options.setMaxOpenFiles(64);
    options.setStatsDumpPeriodSec(0);
    stalls = WriteStalls.OF_ALL_STORES.listener();
    options.setListeners(List.of(stalls));
  }

  @Override
  public void close(String storeName, Options options) {
    // The cache and the write buffers are shared and live as long as the process.
    filter.close();
    stalls.close();
  }
}

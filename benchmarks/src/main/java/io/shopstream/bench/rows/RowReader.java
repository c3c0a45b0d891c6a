package io.shopstream.bench.rows;

import io.shopstream.events.PairKind;
import io.shopstream.events.state.StateStore;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.synthetic.SyntheticShop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * Reads rows by interactive queries at fixed times, as popular items as clicks are about. A read
 * that is late because the one before took long counts from the time it was due, so that a stall is
 * seen by all reads that it delays.
 */
final class RowReader {

  private static final int KEYS = 50_000;
  private static final long SEED_OF_KEYS = 99;
  private static final Duration INTERVAL = Duration.ofNanos(500_000);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int DIGITS = 3;

  private final KafkaStreams streams;
  private final int partitions;
  private final List<byte[]> keys = new ArrayList<>(KEYS);

  RowReader(KafkaStreams streams, int partitions) {
    this.streams = streams;
    this.partitions = partitions;
    try (var reader = SyntheticShop.of(KEYS, SEED_OF_KEYS).open(0)) {
      while (reader.hasNext()) {
        if (reader.next() instanceof ShopEvent.Clicked clicked) {
          keys.add(StateStore.neighboursKey(PairKind.VIEWED, clicked.value().getItemId()));
        }
      }
    }
  }

  /** What was read. */
  static final class Reads {

    private final Histogram latency = new Histogram(LONGEST.toNanos(), DIGITS);
    private final Histogram service = new Histogram(LONGEST.toNanos(), DIGITS);
    private final long[] due;
    private final long[] ended;
    private long empty;

    private Reads(int count) {
      due = new long[count];
      ended = new long[count];
    }

    /** From the time a read was due to its end, in nanoseconds. */
    Histogram latency() {
      return latency;
    }

    /** From the time a read began to its end, in nanoseconds. */
    Histogram service() {
      return service;
    }

    /** Reads that found no row. */
    long empty() {
      return empty;
    }

    /** Whether a commit was under way at some time between the first read and the last. */
    boolean overlaps(CommitWatch.Window commit) {
      return commit.overlaps(due[0], ended[ended.length - 1]);
    }

    /** Longest latency of the reads that were under way during a commit, in nanoseconds. */
    long worstDuring(CommitWatch.Window commit) {
      var worst = 0L;
      for (var read = 0; read < due.length; read++) {
        if (commit.overlaps(due[read], ended[read])) {
          worst = Math.max(worst, ended[read] - due[read]);
        }
      }
      return worst;
    }
  }

  /** Reads for a while. */
  Reads read(Duration duration) {
    var count = Math.toIntExact(duration.dividedBy(INTERVAL));
    var reads = new Reads(count);
    var begin = System.nanoTime();
    for (var read = 0; read < count; read++) {
      var due = begin + read * INTERVAL.toNanos();
      var began = waitUntil(due);
      if (row(keys.get(read % KEYS)) == null) {
        reads.empty++;
      }
      var ended = System.nanoTime();
      reads.due[read] = due;
      reads.ended[read] = ended;
      reads.latency.recordValue(ended - due);
      reads.service.recordValue(ended - began);
    }
    return reads;
  }

  /** As the state endpoint does it. */
  private byte[] row(byte[] key) {
    var store = StateStore.ITEM_NEIGHBOURS;
    return streams
        .store(
            StoreQueryParameters.fromNameAndType(
                    store.storeName(), QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                .withPartition(store.partition(key, partitions)))
        .get(Bytes.wrap(key));
  }

  private static long waitUntil(long nanos) {
    var now = System.nanoTime();
    while (now - nanos < 0) {
      LockSupport.parkNanos(nanos - now);
      now = System.nanoTime();
    }
    return now;
  }
}

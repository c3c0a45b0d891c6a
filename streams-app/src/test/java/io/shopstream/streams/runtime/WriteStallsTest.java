package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class WriteStallsTest {

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final WriteStalls stalls = new WriteStalls(clock);

  @BeforeAll
  static void load() {
    RocksDB.loadLibrary();
  }

  /** More files on the first level than RocksDB wants to have. */
  @Test
  void shouldSeeThatRocksDbHoldsUpWrites() throws RocksDBException {
    try (var listener = stalls.listener();
        var options =
            new Options()
                .setCreateIfMissing(true)
                .setLevel0FileNumCompactionTrigger(2)
                .setLevel0SlowdownWritesTrigger(2)
                .setMaxBackgroundJobs(1)
                .setListeners(List.of(listener));
        var db = RocksDB.open(options, folder.toString());
        var flush = new FlushOptions().setWaitForFlush(true)) {
      for (var file = 0; file < 6; file++) {
        db.put(("key" + file).getBytes(StandardCharsets.UTF_8), new byte[100]);
        db.flush(flush);
      }

      assertThat(stalls.known().begun()).isPositive();
    }
    assertThat(stalls.known().stores()).as("a store that is closed holds up nothing").isZero();
  }

  @Test
  void shouldAddUpHowLongItLasted() {
    try (var one = stalls.listener();
        var other = stalls.listener()) {
      one.stalled(true);
      clock.pass(Duration.ofSeconds(2));
      other.stalled(true);
      other.stalled(true);
      clock.pass(Duration.ofSeconds(3));
      one.stalled(false);

      assertThat(stalls.known()).isEqualTo(new WriteStalls.Known(1, 2, 8_000));
      clock.pass(Duration.ofSeconds(1));
      assertThat(stalls.known()).isEqualTo(new WriteStalls.Known(1, 2, 9_000));
    }
    assertThat(stalls.known()).isEqualTo(new WriteStalls.Known(0, 2, 9_000));
  }

  private static final class TestClock extends Clock {
    private Instant now = Instant.EPOCH;

    private void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}

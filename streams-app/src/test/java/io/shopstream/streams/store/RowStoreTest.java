package io.shopstream.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.streams.runtime.BoundedRocksDb;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.query.KeyQuery;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real RocksDB beneath, and a table so small that rows come and go all the time. */
class RowStoreTest {

  private static final int TABLE_BYTES = 4_000;
  private static final int DIRTY_BYTES = 1_500;

  @TempDir Path stateDir;
  private final Map<Bytes, byte[]> restored = new TreeMap<>();
  private final AtomicLong clockMs = new AtomicLong(1);
  private TopologyTestDriver driver;
  private TestOutputTopic<Bytes, byte[]> changelog;
  private RowStore store;

  @BeforeEach
  void open() {
    var topology =
        new Topology()
            .addSource(
                "in", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), "in")
            .addProcessor("nothing", Nothing::new, "in")
            .addStateStore(
                new RowStoreBuilder("rows", TABLE_BYTES, DIRTY_BYTES).withClock(clockMs::get),
                "nothing");
    var config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "row-store");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    config.put(BoundedRocksDb.MEMORY_MB, 32);
    driver = new TopologyTestDriver(topology, config);
    // A record gives the task something to commit.
    driver
        .createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new byte[1], new byte[1]);
    store = (RowStore) driver.getAllStateStores().get("rows");
    changelog =
        driver.createOutputTopic(
            "row-store-rows-changelog", new BytesDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    if (store.isOpen()) {
      driver.close();
    }
  }

  private static final class Nothing extends ContextualProcessor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }

  @Test
  void shouldBeReadWhileTheDiskIsWrittenTo() throws Exception {
    store.put(key(1), new byte[] {1});
    store.flushCache();
    store.clearCache();
    var rocksDb = innermost(store);

    // Kafka Streams holds it while it flushes and while it closes.
    synchronized (rocksDb) {
      var read = CompletableFuture.supplyAsync(() -> store.get(key(1)));

      assertThat(read.get(30, TimeUnit.SECONDS)).containsExactly(1);
    }
  }

  @Test
  void shouldRefuseReadersWhenItIsClosedUnderThem() throws Exception {
    for (var i = 0; i < 200; i++) {
      store.put(key(i), new byte[] {1});
    }
    store.flushCache();
    store.clearCache();
    var reading = new CountDownLatch(1);
    var reader =
        CompletableFuture.runAsync(
            () -> {
              for (var i = 0; ; i++) {
                assertThat(store.get(key(i % 200))).containsExactly(1);
                reading.countDown();
              }
            });
    reading.await();

    driver.close();

    assertThat(reader)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(InvalidStateStoreException.class);
  }

  private static StateStore innermost(StateStore store) {
    var inner = store;
    while (inner instanceof WrappedStateStore<?, ?, ?> wrapper) {
      inner = wrapper.wrapped();
    }
    return inner;
  }

  @Test
  void shouldEqualAMapWhateverIsDoneToIt() {
    var random = new Random(7);
    var expected = new TreeMap<Bytes, byte[]>();
    for (var step = 0; step < 20_000; step++) {
      var key = key(random.nextInt(200));
      switch (random.nextInt(10)) {
        case 0 -> {
          store.put(key, null);
          expected.remove(key);
        }
        case 1 -> {
          store.flushCache();
          if (random.nextInt(20) == 0) {
            assertThat(comparable(restored())).isEqualTo(comparable(expected));
          }
        }
        case 2, 3 -> assertThat(store.getForUpdate(key)).isEqualTo(expected.get(key));
        case 4 -> assertThat(store.get(key)).isEqualTo(expected.get(key));
        default -> {
          var value = new byte[random.nextInt(300)];
          random.nextBytes(value);
          store.put(key, value);
          expected.put(key, value);
        }
      }
      if (step % 500 == 0) {
        assertSame(store.all(), expected);
        assertSame(store.reverseAll(), expected.descendingMap());
        assertSame(store.range(key(50), key(90)), expected.subMap(key(50), true, key(90), true));
        assertSame(
            store.reverseRange(key(50), key(90)),
            expected.subMap(key(50), true, key(90), true).descendingMap());
        assertSame(
            store.prefixScan("key-1", new StringSerializer()),
            expected.subMap(key(100), true, key(199), true));
      }
    }
    store.flushCache();
    store.commit(Map.of());
    assertSame(store.wrapped().all(), expected);
  }

  private static Map<Bytes, Bytes> comparable(Map<Bytes, byte[]> rows) {
    var comparable = new TreeMap<Bytes, Bytes>();
    rows.forEach((key, value) -> comparable.put(key, Bytes.wrap(value)));
    return comparable;
  }

  /** What a restore would make of the changelog. */
  private Map<Bytes, byte[]> restored() {
    // Without time the driver does not look at what was sent.
    driver.advanceWallClockTime(Duration.ofMillis(1));
    changelog
        .readKeyValuesToList()
        .forEach(
            row -> {
              if (row.value == null) {
                restored.remove(row.key);
              } else {
                restored.put(row.key, row.value);
              }
            });
    return restored;
  }

  @Test
  void shouldStayWithinItsBounds() {
    for (var i = 0; i < 1_000; i++) {
      store.put(key(i % 200), new byte[100]);
      assertThat(store.tableRows() * 100L).isLessThan(TABLE_BYTES);
    }
  }

  @Test
  void shouldKeepRowsOutOfRocksDbUntilItIsNotedHowMuchThatHolds() {
    store.put(key(1), new byte[10]);
    store.flushCache();
    assertThat(store.wrapped().get(key(1))).isNull();
    assertThat(store.get(key(1))).hasSize(10);

    store.commit(Map.of());
    assertThat(store.wrapped().get(key(1))).hasSize(10);
    assertThat(restored().get(key(1))).hasSize(10);
  }

  @Test
  void shouldNotForgetWhatIsDirtyWhenTheTaskTurnsIntoAStandby() {
    store.put(key(1), new byte[10]);
    store.flushCache();
    store.clearCache();

    assertThat(store.wrapped().get(key(1))).hasSize(10);
  }

  @Test
  void shouldLeaveNoRowInTheChangelogThatWasDeletedAfterItWasLogged() {
    assertThat(store.getForUpdate(key(1))).isNull();
    store.put(key(1), new byte[10]);
    store.flushCache();
    store.put(key(1), null);
    store.flushCache();

    assertThat(store.get(key(1))).isNull();
    assertThat(store.tableRows()).isZero();
    assertThat(restored()).doesNotContainKey(key(1));
  }

  @Test
  void shouldWriteToRocksDbWhatWasDirtyForHalfAMinute() {
    store.put(key(1), new byte[10]);
    store.flushCache();
    assertThat(store.wrapped().get(key(1))).isNull();

    clockMs.addAndGet(31_000);
    store.flushCache();
    assertThat(store.wrapped().get(key(1))).hasSize(10);
  }

  @Test
  void shouldForgetTheTableWhenTheTaskTurnsIntoAStandby() {
    store.put(key(1), new byte[] {1});
    store.flushCache();
    store.clearCache();
    // A standby's RocksDB changes beneath the table.
    store.wrapped().put(key(1), new byte[] {2});

    assertThat(store.get(key(1))).containsExactly(2);
    // And when it is active again there is more than the table has.
    assertThat(store.getForUpdate(key(1))).containsExactly(2);
    assertThat(store.get(key(2))).isNull();
  }

  @Test
  void shouldNotAskRocksDbBeforeARowHasLeftTheTable() {
    store.put(key(1), new byte[] {1});
    store.wrapped().put(key(2), new byte[] {2});
    assertThat(store.get(key(2))).isNull();

    for (var i = 100; i < 200; i++) {
      store.put(key(i), new byte[100]);
    }
    assertThat(store.get(key(2))).containsExactly(2);
    assertThat(store.getForUpdate(key(1))).containsExactly(1);
  }

  @Test
  void shouldAnswerTheStandardInteractiveQueries() {
    store.put(key(1), new byte[] {1});

    assertThat(QueryableStoreTypes.keyValueStore().accepts(store)).isTrue();
    var result =
        store.query(
            KeyQuery.<Bytes, byte[]>withKey(key(1)),
            PositionBound.unbounded(),
            new QueryConfig(false));
    assertThat(result.getResult()).containsExactly(1);
  }

  @Test
  void shouldNeverShowAReaderLessThanWasWrittenBefore() throws InterruptedException {
    var written = new int[50];
    var stop = new AtomicBoolean();
    var wrong = new AtomicReference<String>();
    var reader =
        new Thread(
            () -> {
              var seen = new int[written.length];
              var random = new Random(3);
              while (!stop.get() && wrong.get() == null) {
                var row = random.nextInt(written.length);
                var value = store.get(key(row));
                var number = value == null ? 0 : value.length;
                if (number < seen[row]) {
                  wrong.set("row " + row + " went from " + seen[row] + " back to " + number);
                }
                seen[row] = number;
              }
            });
    reader.start();
    var random = new Random(5);
    for (var step = 0; step < 30_000; step++) {
      var row = random.nextInt(written.length);
      written[row]++;
      store.put(key(row), new byte[written[row]]);
      if (step % 1_000 == 0) {
        store.flushCache();
      }
    }
    stop.set(true);
    reader.join();

    assertThat(wrong.get()).isNull();
  }

  private static Bytes key(int number) {
    return Bytes.wrap("key-%03d".formatted(number).getBytes(StandardCharsets.UTF_8));
  }

  private static void assertSame(
      KeyValueIterator<Bytes, byte[]> actual, Map<Bytes, byte[]> expected) {
    var keys = new ArrayList<Bytes>();
    try (actual) {
      actual.forEachRemaining(
          row -> {
            keys.add(row.key);
            assertThat(row.value).isEqualTo(expected.get(row.key));
          });
    }
    assertThat(keys).containsExactlyElementsOf(expected.keySet());
  }
}

package io.shopstream.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RowTableTest {

  private static final int KEYS = 2_000;

  private final RowTable table = new RowTable(0);

  @Test
  void shouldEqualAMapWhateverIsDoneToIt() {
    var random = new Random(7);
    var expected = new HashMap<String, byte[]>();
    for (var step = 0; step < 200_000; step++) {
      // Few keys, then many, then few again: the places grow and shrink.
      var key = key(random.nextInt(step / 50_000 % 2 == 0 ? 30 : KEYS));
      var slot = table.find(bytes(key));
      var value = expected.get(key);
      if (value == null) {
        assertThat(slot).isEqualTo(RowTable.NOWHERE);
        assertThat(table.get(bytes(key))).isSameAs(RowTable.GONE);
        expected.put(key, bytes(key));
        slot = table.add(bytes(key), expected.get(key));
        assertThat(table.key(slot)).isEqualTo(bytes(key));
        assertThat(table.value(slot)).isEqualTo(expected.get(key));
      } else if (random.nextInt(3) == 0) {
        // Now and then one that no page has room for.
        expected.put(key, new byte[random.nextInt(random.nextInt(100) == 0 ? 50_000 : 500)]);
        random.nextBytes(expected.get(key));
        table.replace(slot, expected.get(key));
      } else {
        assertThat(table.get(bytes(key))).isEqualTo(value);
        table.remove(slot);
        expected.remove(key);
      }
      assertThat(table.rows()).isEqualTo(expected.size());
    }
  }

  @Test
  void shouldTellDirtyRowsInTheirOrderHoweverOftenTheyMove() {
    var expected = new ArrayDeque<String>();
    for (var i = 0; i < KEYS; i++) {
      if (i % 3 == 0) {
        table.addDirty(bytes(key(i)), bytes(key(i)));
        expected.add(key(i));
      } else {
        table.add(bytes(key(i)), bytes(key(i)));
      }
    }
    for (var key : expected) {
      var slot = table.longestDirty();
      assertThat(text(table.key(slot))).isEqualTo(key);
      table.setClean(slot);
    }
    assertThat(table.longestDirty()).isEqualTo(RowTable.NOWHERE);
  }

  @Test
  void shouldTellARowOnceThatBecameDirtyTwice() {
    var slot = table.add(bytes("twice"), bytes("twice"));
    table.setDirty(slot);
    table.setClean(slot);
    table.setDirty(slot);
    var dirty = new int[8];

    assertThat(table.longestDirty(dirty, dirty.length)).isEqualTo(1);
    assertThat(dirty[0]).isEqualTo(slot);
    assertThat(table.isDirty(slot)).isTrue();
    table.setClean(slot);
    assertThat(table.longestDirty(dirty, dirty.length)).isZero();
    table.setDirty(slot);
    assertThat(table.longestDirty(dirty, dirty.length)).isEqualTo(1);
  }

  @Test
  void shouldNotGiveUpARowThatIsNotBeneathYet() {
    table.addDirty(bytes("dirty"), bytes("dirty"));
    assertThat(table.leastUsed(RowTable.NOWHERE)).isEqualTo(RowTable.NOWHERE);

    table.setClean(table.find(bytes("dirty")));
    assertThat(table.leastUsed(RowTable.NOWHERE)).isEqualTo(table.find(bytes("dirty")));
  }

  @Test
  void shouldTellUnloggedRowsInTheirOrderThoughTheyStayDirty() {
    for (var i = 0; i < KEYS; i++) {
      table.addDirty(bytes(key(i)), bytes(key(i)));
    }
    for (var i = 0; i < KEYS; i++) {
      var slot = table.longestUnlogged();
      assertThat(text(table.key(slot))).isEqualTo(key(i));
      table.setLogged(slot);
    }
    assertThat(table.longestUnlogged()).isEqualTo(RowTable.NOWHERE);

    var again = table.find(bytes(key(3)));
    table.setDirty(again);
    assertThat(table.longestUnlogged()).isEqualTo(again);
    assertThat(text(table.key(table.longestDirty()))).isEqualTo(key(0));
  }

  @Test
  void shouldSpareWhatWasUsedSinceTheHandCameBy() {
    for (var i = 0; i < 10; i++) {
      table.add(bytes(key(i)), RowTable.ABSENT);
    }
    // All are used: the hand goes round once, and takes the first that it comes by again.
    var first = table.leastUsed(RowTable.NOWHERE);
    var used = table.find(bytes(key(3)));
    table.use(used);

    assertThat(table.leastUsed(first)).isNotEqualTo(first).isNotEqualTo(used);
  }

  @Test
  void shouldNeverShowAReaderTheValueOfAnotherRow() throws InterruptedException {
    // Every second row is always there, and becomes another all the time: pages are freed and
    // filled again under the reader.
    for (var i = 0; i < KEYS; i += 2) {
      table.add(bytes(key(i)), valueOf(key(i), 1));
    }
    var stop = new AtomicBoolean();
    var wrong = new AtomicReference<String>();
    var reader =
        new Thread(
            () -> {
              var random = new Random(3);
              while (!stop.get() && wrong.get() == null) {
                var number = random.nextInt(KEYS);
                var value = table.get(bytes(key(number)));
                if (value == RowTable.GONE) {
                  if (number % 2 == 0) {
                    wrong.set(key(number) + " was gone");
                  }
                } else if (!isOf(key(number), value)) {
                  wrong.set(key(number) + " had the value of " + text(value));
                }
              }
            });
    reader.setUncaughtExceptionHandler((thread, failure) -> wrong.set(failure.toString()));
    reader.start();
    var random = new Random(5);
    for (var step = 0; step < 500_000; step++) {
      var number = random.nextInt(KEYS);
      var slot = table.find(bytes(key(number)));
      if (slot == RowTable.NOWHERE) {
        table.add(bytes(key(number)), valueOf(key(number), random.nextInt(1, 20)));
      } else if (number % 2 == 0) {
        table.replace(slot, valueOf(key(number), random.nextInt(1, 20)));
      } else {
        table.remove(slot);
      }
    }
    stop.set(true);
    reader.join();

    assertThat(wrong.get()).isNull();
  }

  @Test
  void shouldTellAReaderEachDirtyRowOnceWhileItMoves() throws InterruptedException {
    for (var i = 0; i < KEYS; i++) {
      table.addDirty(bytes(key(i)), valueOf(key(i), 1));
    }
    var stop = new AtomicBoolean();
    var wrong = new AtomicReference<String>();
    var reader =
        new Thread(
            () -> {
              while (!stop.get() && wrong.get() == null) {
                var seen = new HashSet<String>();
                for (var row : table.dirtyRows(RowLog.Keys.ALL)) {
                  if (!isOf(text(row.key()), row.value()) || !seen.add(text(row.key()))) {
                    wrong.set(text(row.key()) + " was told as " + text(row.value()));
                  }
                }
                for (var i = 0; i < KEYS && wrong.get() == null; i++) {
                  if (!seen.contains(key(i))) {
                    wrong.set(key(i) + " was not told");
                  }
                }
              }
            });
    reader.setUncaughtExceptionHandler((thread, failure) -> wrong.set(failure.toString()));
    reader.start();
    var random = new Random(5);
    for (var step = 0; step < 300_000; step++) {
      var number = random.nextInt(KEYS);
      table.replace(table.find(bytes(key(number))), valueOf(key(number), random.nextInt(1, 20)));
      if (step % 30 == 0) {
        // More slots again and again.
        table.add(bytes("clean-" + step), bytes("clean-" + step));
      }
    }
    stop.set(true);
    reader.join();

    assertThat(wrong.get()).isNull();
  }

  @Test
  void shouldHashApartWhatAStringHashesAlike() {
    // «Aa» and «BB» are the same polynomial in 31.
    var hashes = new HashSet<Integer>();
    for (var i = 0; i < 1 << 12; i++) {
      var key = new StringBuilder();
      for (var bit = 0; bit < 12; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      hashes.add(SecretHash.of(bytes(key.toString())));
    }

    assertThat(hashes).hasSizeGreaterThan(4_000);
  }

  private static byte[] valueOf(String key, int times) {
    return bytes((key + " ").repeat(times));
  }

  private static boolean isOf(String key, byte[] value) {
    var text = text(value);
    return !text.isEmpty() && text.replace(key + " ", "").isEmpty();
  }

  private static String key(int number) {
    return "key-" + number;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

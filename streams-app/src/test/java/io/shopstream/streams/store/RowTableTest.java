package io.shopstream.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RowTableTest {

  private static final int KEYS = 2_000;

  private final RowTable table = new RowTable();

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
        slot = table.add(bytes(key), expected.get(key), false);
        assertThat(table.value(slot)).isSameAs(expected.get(key));
      } else if (random.nextInt(3) == 0) {
        expected.put(key, bytes(key));
        table.replace(slot, expected.get(key));
      } else {
        assertThat(table.get(bytes(key))).isSameAs(value);
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
      var slot = table.add(bytes(key(i)), bytes(key(i)), false);
      if (i % 3 == 0) {
        table.setDirty(slot);
        expected.add(key(i));
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
  void shouldSpareWhatWasUsedSinceTheHandCameBy() {
    for (var i = 0; i < 10; i++) {
      table.add(bytes(key(i)), RowTable.ABSENT, true);
    }
    // All are used: the hand goes round once, and takes the first that it comes by again.
    var first = table.leastUsed(RowTable.NOWHERE);
    var used = table.find(bytes(key(3)));
    table.use(used);

    assertThat(table.leastUsed(first)).isNotEqualTo(first).isNotEqualTo(used);
  }

  @Test
  void shouldNeverShowAReaderTheValueOfAnotherRow() throws InterruptedException {
    var stop = new AtomicBoolean();
    var wrong = new AtomicReference<String>();
    var reader =
        new Thread(
            () -> {
              var random = new Random(3);
              while (!stop.get() && wrong.get() == null) {
                var key = key(random.nextInt(KEYS));
                var value = table.get(bytes(key));
                if (value != RowTable.GONE && !text(value).equals(key)) {
                  wrong.set(key + " had the value of " + text(value));
                }
              }
            });
    reader.start();
    var random = new Random(5);
    for (var step = 0; step < 500_000; step++) {
      var key = key(random.nextInt(KEYS));
      var slot = table.find(bytes(key));
      if (slot == RowTable.NOWHERE) {
        table.add(bytes(key), bytes(key), false);
      } else {
        table.remove(slot);
      }
    }
    stop.set(true);
    reader.join();

    assertThat(wrong.get()).isNull();
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

package io.shopstream.streams.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RowLogTest {

  private static final byte[] KEY = {1, 2, 3};
  private static final long SLACK_BYTES = 4 * 32_768;

  /**
   * Whatever is written, rows of all lengths: a row keeps its value, and pages keep their bound,
   * half as much again as the rows, or the room there is, up to twice as much again.
   */
  @Property(tries = 200)
  void shouldTakeNoMoreThanItsBound(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 1, max = 40_000) int longest,
      @ForAll @IntRange(min = 0, max = 8_000_000) int room,
      @ForAll long seed) {
    var random = new Random(seed);
    var log = new RowLog();
    var places = new HashMap<Integer, Long>();
    var mover = new Moves(places);
    var values = new HashMap<Integer, byte[]>();
    for (var step = 0; step < 1_000; step++) {
      var row = random.nextInt(rows);
      var before = places.get(row);
      if (before != null && random.nextInt(4) == 0) {
        places.remove(row);
        values.remove(row);
        log.forget(before);
      } else {
        var value = new byte[random.nextInt(longest)];
        random.nextBytes(value);
        places.put(row, before == null ? log.add(row, KEY, value) : log.addAfter(before, value));
        values.put(row, value);
        if (before != null) {
          log.forget(before);
        }
      }
      log.clean(mover, room);

      var rowsBytes = log.rowsBytes();
      assertThat(log.pagesBytes() - SLACK_BYTES)
          .isLessThanOrEqualTo(Math.max(rowsBytes * 3 / 2, Math.min(room, rowsBytes * 3)));
    }
    values.forEach(
        (row, value) -> {
          assertThat(log.isOf(places.get(row), KEY)).isTrue();
          assertThat(log.valueIfOf(places.get(row), KEY)).isEqualTo(value);
          assertThat(log.valueIfOf(places.get(row), new byte[] {1})).isSameAs(RowLog.OTHER_KEY);
        });
  }

  /** Names rows by their hash. */
  private static final class Moves implements RowLog.Mover {
    private final Map<Integer, Long> places;
    private int last;

    Moves(Map<Integer, Long> places) {
      this.places = places;
    }

    @Override
    public boolean isNamed(int hash, long place) {
      last = hash;
      return places.containsKey(hash) && places.get(hash) == place;
    }

    @Override
    public void moved(long place) {
      places.put(last, place);
    }
  }
}

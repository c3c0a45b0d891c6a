package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class IdNumbersTest {

  /** Wherever an id stands, it has the number of its first coming, and its bytes. */
  @Property(tries = 100)
  void shouldNumberIdsInTheOrderInWhichTheyFirstCome(
      @ForAll @Size(max = 3_000) Iterable<@StringLength(max = 40) String> ids,
      @ForAll @IntRange(min = 0, max = 5_000) int expected) {
    var numbers = new IdNumbers(expected);
    var known = new ArrayList<String>();
    var before = 0;
    for (var id : ids) {
      var utf8 = id.getBytes(StandardCharsets.UTF_8);
      // Lone surrogates are written alike.
      var text = new String(utf8, StandardCharsets.UTF_8);
      if (!known.contains(text)) {
        known.add(text);
      }
      var array = new byte[before % 5 + utf8.length + before % 9];
      System.arraycopy(utf8, 0, array, before % 5, utf8.length);

      var number = numbers.of(array, before % 5, before % 5 + utf8.length);

      assertThat(number).isEqualTo(known.indexOf(text));
      before++;
    }
    assertThat(numbers.size()).isEqualTo(known.size());
    for (var number = 0; number < known.size(); number++) {
      var start = numbers.start(number);
      assertThat(
              new String(
                  numbers.bytes(), start, numbers.end(number) - start, StandardCharsets.UTF_8))
          .isEqualTo(known.get(number));
    }
  }
}

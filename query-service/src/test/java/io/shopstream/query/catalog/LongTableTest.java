package io.shopstream.query.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class LongTableTest {

  /** A step: put, or remove when the value is empty. */
  record Step(long key, String value) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    // Few low bits, so that keys collide and runs of slots form.
    var keys = Arbitraries.longs().between(0, 700).map(key -> key % 7 + (key << 10));
    return Combinators.combine(keys, Arbitraries.of("", "", "x", "y"))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3_000);
  }

  @Property(tries = 100)
  void shouldHoldWhatAMapHolds(@ForAll("steps") List<Step> steps) {
    var table = new LongTable<String>();
    var map = new HashMap<Long, String>();
    for (var step : steps) {
      if (step.value().isEmpty()) {
        table.remove(step.key());
        map.remove(step.key());
      } else {
        table.put(step.key(), step.value());
        map.put(step.key(), step.value());
      }
    }
    assertThat(table.size()).isEqualTo(map.size());
    for (var step : steps) {
      assertThat(table.get(step.key())).isEqualTo(map.get(step.key()));
    }
  }

  @Test
  void shouldNeverShowAReaderAnotherKeysValue() throws InterruptedException {
    var table = new LongTable<Long>();
    var done = new AtomicBoolean();
    var wrong = new AtomicReference<String>();
    var reader =
        new Thread(
            () -> {
              for (var key = 0L; !done.get(); key = (key + 1) % 200_000) {
                var value = table.get(key);
                if (value != null && value != key) {
                  wrong.set(key + " has the value of " + value);
                }
              }
            });
    reader.start();
    for (var key = 0L; key < 200_000; key++) {
      table.put(key, key);
      if (key % 3 == 0) {
        table.remove(key / 2);
      }
    }
    done.set(true);
    reader.join();
    assertThat(wrong.get()).isNull();
  }
}

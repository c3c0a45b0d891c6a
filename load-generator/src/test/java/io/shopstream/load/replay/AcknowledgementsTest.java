package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.synthetic.SyntheticShop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

  private final Acknowledgements acknowledgements = new Acknowledgements();

  @Property(tries = 100)
  void shouldNeverCountBeyondTheFirstGap(
      @ForAll @IntRange(min = 1, max = 5_000) int events, @ForAll long seed) {
    var tracked = new Acknowledgements();
    var receipts = IntStream.range(0, events).mapToObj(i -> tracked.register()).toList();
    var order = new ArrayList<>(IntStream.range(0, events).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    var answered = new BitSet();

    for (var i : order) {
      receipts.get(i).accepted();
      answered.set(i);
      assertThat(tracked.settled()).isLessThanOrEqualTo(answered.nextClearBit(0));
    }

    assertThat(tracked.settled()).isEqualTo(events);
  }

  @Test
  void shouldSettleRefusedEventsAndCountThem() {
    ShopEvent click;
    try (var reader = SyntheticShop.of(1, 1).open(0)) {
      click = reader.next();
    }
    acknowledgements.register().accepted();
    acknowledgements.register().refused(click, "too long");

    assertThat(acknowledgements.settled()).isEqualTo(2);
    assertThat(acknowledgements.refusedClicks()).isEqualTo(1);
    assertThat(acknowledgements.refused()).isEqualTo(1);
    assertThat(acknowledgements.lastRefusal()).isEqualTo("too long");
  }

  @Test
  void shouldNotSettleWhatFailed() throws Exception {
    acknowledgements.register().accepted();
    acknowledgements.check();
    acknowledgements.register().failed(new IllegalStateException("broker away"));

    assertThat(acknowledgements.settled()).isZero();
    assertThatThrownBy(acknowledgements::check).hasMessage("broker away");
  }
}

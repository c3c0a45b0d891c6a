package io.shopstream.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.streams.runtime.RunningApplication.Begin;
import io.shopstream.streams.state.LocalCopies.Copy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalCopiesTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Begin BEGIN = new Begin(0);

  @Test
  void shouldNotTakeACopyForCompleteThatIsOnlyNearTheEnd() {
    var copy = Copy.first(0, 10_000, BEGIN, 0).then(9_900, 10_050, BEGIN, SECOND);

    assertThat(copy.caughtUp()).isFalse();
    assertThat(copy.then(10_000, 10_100, BEGIN, 2 * SECOND).caughtUp()).isTrue();
  }

  @Test
  void shouldNotWaitForTheEndThatMovesOn() {
    var copy = Copy.first(0, 100_000, BEGIN, 0).then(100_000, 100_900, BEGIN, SECOND);

    assertThat(copy.caughtUp()).isTrue();
    assertThat(copy.lag()).isEqualTo(900);
    assertThat(copy.then(100_100, 150_000, BEGIN, 2 * SECOND).caughtUp()).isTrue();
  }

  @Test
  void shouldWaitForACopyThatIsFarBehindAgainBeforeItIsTrusted() {
    var copy = Copy.first(0, 100, BEGIN, 0).then(100, 50_000, BEGIN, SECOND);

    assertThat(copy.caughtUp()).isFalse();
  }

  @Test
  void shouldNotWaitForWhatFailedTransactionsLeftAtTheEnd() {
    var near = Copy.first(9_950, 10_000, BEGIN, 0);

    assertThat(near.then(9_950, 10_000, BEGIN, 4 * SECOND).caughtUp()).isFalse();
    assertThat(near.then(9_950, 10_000, BEGIN, 6 * SECOND).caughtUp()).isTrue();
    assertThat(
            near.then(9_960, 10_000, BEGIN, 4 * SECOND)
                .then(9_960, 10_000, BEGIN, 6 * SECOND)
                .caughtUp())
        .isFalse();
  }

  @Test
  void shouldForgetThatItWasCompleteWhenItIsMadeAnew() {
    var complete = Copy.first(10_000, 10_000, BEGIN, 0);
    assertThat(complete.caughtUp()).isTrue();

    var anew = complete.then(300, 10_000, new Begin(0), SECOND);

    assertThat(anew.caughtUp()).isFalse();
    assertThat(anew.then(9_900, 10_000, anew.begin(), 2 * SECOND).caughtUp()).isFalse();
  }

  @Test
  void shouldStayCompleteWhenItGoesOnFromWhereItWas() {
    var complete = Copy.first(10_000, 10_000, BEGIN, 0);

    assertThat(complete.then(10_000, 30_000, new Begin(10_000), SECOND).caughtUp()).isTrue();
  }

  @Test
  void shouldStayCompleteWhenAnOwnerBecomesOneWhoFollows() {
    var owned = Copy.first(10_000, 10_000, BEGIN, 0);

    // The last offset of what it wrote is that of the transaction's marker.
    assertThat(owned.then(9_999, 30_000, new Begin(9_999), SECOND).caughtUp()).isTrue();
  }
}

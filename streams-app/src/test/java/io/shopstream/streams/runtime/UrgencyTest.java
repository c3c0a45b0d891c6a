package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UrgencyTest {

  @Test
  void shouldHandItsPriorityToTheThreadsOfWhatItMakes() {
    var thread = Urgency.WHEN_THERE_IS_TIME.make(() -> new Thread(() -> {}, "of-what-is-made"));
    assertThat(thread.getPriority()).isEqualTo(Thread.MIN_PRIORITY);
    assertThat(thread.isDaemon()).isFalse();
    assertThat(Thread.currentThread().getPriority()).isEqualTo(Thread.NORM_PRIORITY);
  }

  @Test
  void shouldThrowWhatTheMakerThrows() {
    var damaged = new IllegalArgumentException("damaged");
    assertThatThrownBy(
            () ->
                Urgency.SOON.make(
                    () -> {
                      throw damaged;
                    }))
        .isSameAs(damaged);
  }
}

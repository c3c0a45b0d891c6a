package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HourEventsTest {

  private static final long HOUR = 490_000;

  @Test
  void shouldKnowWhatWasPutInAndNothingElse() {
    var one = HourEvents.inStore(HOUR - 1).begun(HOUR, 7);
    var two = one.with(-8);

    assertThat(two.contains(7)).isTrue();
    assertThat(two.contains(-8)).isTrue();
    assertThat(two.contains(8)).isFalse();
    assertThat(two.size()).isEqualTo(2);
    assertThat(one.contains(-8)).as("a value does not change").isFalse();
    assertThat(HourEvents.UNKNOWN.contains(0)).isFalse();
  }

  @Test
  void shouldRememberTheNewestHourWhateverHourItsListIsOf() {
    var late = HourEvents.inStore(HOUR).begun(HOUR - 3, 7);
    assertThat(late.hour()).isEqualTo(HOUR - 3);
    assertThat(late.newestHour()).hasValue(HOUR);

    var later = late.stored().begun(HOUR + 1, 8);
    assertThat(later.hour()).isEqualTo(HOUR + 1);
    assertThat(later.newestHour()).hasValue(HOUR + 1);
    assertThat(later.stored().hasList()).isFalse();
    assertThat(later.stored().newestHour()).hasValue(HOUR + 1);
  }

  @Test
  void shouldTakeAByteWhereNothingIsKnown() {
    assertThat(bytes(HourEvents.UNKNOWN)).containsExactly(0);
    assertThat(HourEvents.UNKNOWN.stored()).isSameAs(HourEvents.UNKNOWN);
    assertThat(HourEvents.UNKNOWN.newestHour()).isEmpty();
  }

  @Test
  void shouldTakeEightBytesAnEventAndAFewMore() {
    var one = HourEvents.inStore(HOUR).begun(HOUR, 1);
    assertThat(bytes(one)).hasSize(3 + 1 + 1 + 8);
    assertThat(bytes(one.with(2))).hasSize(3 + 1 + 1 + 16);
  }

  @Property(tries = 300)
  void shouldBeTheSameAfterWritingAndReading(
      @ForAll @Size(min = 1, max = HourEvents.MAX_EVENTS) long[] fingerprints,
      @ForAll @LongRange(max = 1_000_000) long newestHour,
      @ForAll @LongRange(max = 1_000_000) long hour) {
    var events = of(newestHour, hour, fingerprints);
    var written = bytes(events);
    assertThat(written.length).isLessThanOrEqualTo(events.bytes());

    // It stands in the middle of a row, and is a view of it.
    var row = new byte[written.length + 30];
    Arrays.fill(row, (byte) 0x55);
    System.arraycopy(written, 0, row, 11, written.length);
    var in = ByteBuffer.wrap(row, 11, row.length - 11);
    var read = HourEvents.read(in);
    assertThat(in.position()).isEqualTo(11 + written.length);
    assertThat(bytes(read)).isEqualTo(written);
    assertThat(read.hour()).isEqualTo(hour);
    assertThat(read.newestHour()).hasValue(Math.max(newestHour, hour));
    assertThat(read.size()).isEqualTo(fingerprints.length);
    assertThat(Arrays.stream(fingerprints).allMatch(read::contains)).isTrue();
    assertThat(bytes(read.with(5))).isEqualTo(bytes(events.with(5)));
    assertThat(bytes(read.stored())).isEqualTo(bytes(events.stored()));
  }

  @Property(tries = 100)
  void shouldBecomeTheRowThatOneByOneWouldHaveMade(
      @ForAll @Size(min = 1, max = HourEvents.MAX_EVENTS + 1) long[] fingerprints,
      @ForAll long arrivalMs) {
    byte[] row = null;
    for (var fingerprint : fingerprints) {
      row = SeenEvents.with(row, fingerprint, arrivalMs);
    }
    assertThat(of(HOUR, HOUR, fingerprints).toSeenEvents(arrivalMs)).isEqualTo(row);
  }

  private static HourEvents of(long newestHour, long hour, long... fingerprints) {
    var events = HourEvents.inStore(newestHour).begun(hour, fingerprints[0]);
    for (var i = 1; i < fingerprints.length; i++) {
      events = events.with(fingerprints[i]);
    }
    return events;
  }

  private static byte[] bytes(HourEvents events) {
    var out = ByteBuffer.allocate(events.bytes());
    events.write(out);
    return Arrays.copyOf(out.array(), out.position());
  }
}

package io.shopstream.query.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.shopstream.events.NeighboursAlong;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.VisitAnswer;
import io.shopstream.events.VisitRows;
import io.shopstream.events.serde.AvroBinary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class AnswerRowsTest {

  private static final StateAnswer ANSWER =
      new StateAnswer(
          List.of(
              new io.shopstream.events.StateRow(text("one"), false, 0L),
              new io.shopstream.events.StateRow(null, true, 300L),
              new io.shopstream.events.StateRow(text("x".repeat(3_000)), true, 7L)));

  private static final List<StateRow> ROWS =
      List.of(
          new StateRow.Found(text("one"), false, 0),
          new StateRow.Absent(true, 300),
          new StateRow.Found(text("x".repeat(3_000)), true, 7));

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<StateRow> read(byte[] bytes) {
    return AnswerRows.read(Unpooled.wrappedBuffer(bytes));
  }

  @Property(tries = 200)
  void shouldReadWhatAvroWrites(@ForAll long seed, @ForAll @IntRange(max = 70) int size) {
    var random = new Random(seed);
    var expected = IntStream.range(0, size).mapToObj(i -> row(random)).toList();
    var rows =
        expected.stream()
            .map(
                row ->
                    new io.shopstream.events.StateRow(
                        row instanceof StateRow.Found found ? found.value().duplicate() : null,
                        row.stale(),
                        row.lagRecords()))
            .toList();

    assertThat(read(AvroBinary.encode(new StateAnswer(rows)))).isEqualTo(expected);
  }

  private static StateRow row(Random random) {
    var stale = random.nextBoolean();
    var lag = random.nextLong() >>> (1 + random.nextInt(63));
    if (random.nextInt(4) == 0) {
      return new StateRow.Absent(stale, lag);
    }
    var bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 20_000 : 100)];
    random.nextBytes(bytes);
    return new StateRow.Found(ByteBuffer.wrap(bytes), stale, lag);
  }

  /** Avro lets a writer split an array, and say how long each piece is. */
  @Test
  void shouldReadAnArrayInPieces() throws IOException {
    var out = new ByteArrayOutputStream();
    var encoder = new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null);
    new SpecificDatumWriter<>(StateAnswer.class).write(ANSWER, encoder);
    encoder.flush();

    assertThat(out.toByteArray()).isNotEqualTo(AvroBinary.encode(ANSWER));
    assertThat(read(out.toByteArray())).isEqualTo(ROWS);
  }

  @Test
  void shouldRefuseWhatEndsTooEarlyOrTooLate() {
    var whole = AvroBinary.encode(ANSWER);
    for (var length = 0; length < whole.length; length++) {
      var part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(IllegalArgumentException.class);
    }
    var more = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> read(more)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A few bytes must not make room for gigabytes. */
  @Test
  void shouldRefuseWhatClaimsMoreThanThereIs() {
    for (var bytes :
        List.of(
            new byte[] {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0, 0, 0},
            new byte[] {2, 2, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 1},
            new byte[] {2, 2, 1, 0, 0, 0, 0, 0},
            new byte[] {2, 4, 0, 0, 0, 0})) {
      assertThatThrownBy(() -> read(bytes)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Property(tries = 100)
  void shouldReadVisitsAsAvroWritesThem(@ForAll long seed, @ForAll @IntRange(max = 20) int size)
      throws IOException {
    var random = new Random(seed);
    var visits = IntStream.range(0, size).mapToObj(i -> visit(random)).toList();
    var inPieces = new ByteArrayOutputStream();
    var encoder = new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(inPieces, null);
    new SpecificDatumWriter<>(VisitAnswer.class).write(new VisitAnswer(visits), encoder);
    encoder.flush();

    for (var bytes : List.of(AvroBinary.encode(new VisitAnswer(visits)), inPieces.toByteArray())) {
      var read = AnswerRows.readVisits(Unpooled.wrappedBuffer(bytes));
      assertThat(read).hasSameSizeAs(visits);
      for (var i = 0; i < visits.size(); i++) {
        assertSame(read.get(i), visits.get(i));
      }
    }
  }

  private static void assertSame(StateRow read, VisitRows written) {
    assertThat(read.stale()).isEqualTo(written.getStale());
    assertThat(read.lagRecords()).isEqualTo(written.getLagRecords());
    if (written.getValue() == null) {
      assertThat(read).isInstanceOf(StateRow.Absent.class);
      return;
    }
    var found = (StateRow.Found) read;
    assertThat(found.value()).isEqualTo(written.getValue());
    for (var row : written.getNeighbours()) {
      assertThat(found.along().find(row.getKey().array()))
          .contains(
              row.getValue() == null
                  ? new StateRow.Absent(false, 0)
                  : new StateRow.Found(row.getValue(), false, 0));
    }
    assertThat(found.along().find(new byte[] {'v', 'x', 'y', 'z'})).isEmpty();
  }

  private static VisitRows visit(Random random) {
    var neighbours = new ArrayList<NeighboursAlong>();
    for (var i = random.nextInt(4); i > 0; i--) {
      var key = ByteBuffer.wrap(new byte[] {'v', (byte) i});
      neighbours.add(new NeighboursAlong(key, random.nextBoolean() ? text("row " + i) : null));
    }
    return new VisitRows(
        random.nextInt(4) == 0 ? null : text("p".repeat(random.nextInt(300))),
        random.nextBoolean(),
        (long) random.nextInt(1_000),
        neighbours);
  }
}

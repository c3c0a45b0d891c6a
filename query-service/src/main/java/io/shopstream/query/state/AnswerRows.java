package io.shopstream.query.state;

import io.netty.buffer.ByteBuf;
import io.shopstream.events.StateAnswer;
import io.shopstream.events.VisitAnswer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a {@link StateAnswer} or a {@link VisitAnswer} in Avro binary straight from the buffer that
 * was received: each row is copied once, and nothing else is made of it. Through Avro's objects it
 * was twice, and a quarter of what a question allocates.
 */
final class AnswerRows {

  private static final int NULL = 0;
  private static final int BYTES = 1;
  private static final int LONGEST_LONG_BYTES = 10;

  private static final StateRow ABSENT = new StateRow.Absent(false, 0);

  private AnswerRows() {}

  /**
   * The rows of a {@link StateAnswer}, in the order asked.
   *
   * @throws IllegalArgumentException when the bytes are not an answer
   */
  static List<StateRow> read(ByteBuf answer) {
    return read(answer, AnswerRows::row);
  }

  /**
   * The profiles of a {@link VisitAnswer}, in the order asked, with what came along.
   *
   * @throws IllegalArgumentException when the bytes are not an answer
   */
  static List<StateRow> readVisits(ByteBuf answer) {
    return read(answer, AnswerRows::visit);
  }

  private static List<StateRow> read(ByteBuf answer, Function<ByteBuf, StateRow> element) {
    try {
      var rows = new ArrayList<StateRow>();
      readArray(answer, () -> rows.add(element.apply(answer)));
      if (answer.isReadable()) {
        throw new IllegalArgumentException(answer.readableBytes() + " bytes behind the last row");
      }
      return rows;
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("it ends too early", e);
    }
  }

  private static void readArray(ByteBuf answer, Runnable element) {
    for (var count = readLong(answer); count != 0; count = readLong(answer)) {
      if (count < 0) {
        readLong(answer); // bytes of the block, for who wants to skip it
        count = -count;
      }
      if (count < 0 || count > answer.readableBytes()) {
        throw new IllegalArgumentException(
            "%d rows in %d bytes".formatted(count, answer.readableBytes()));
      }
      for (; count > 0; count--) {
        element.run();
      }
    }
  }

  private static StateRow row(ByteBuf answer) {
    var value = optionalBytes(answer);
    var stale = answer.readBoolean();
    var lagRecords = readLong(answer);
    return value
        .<StateRow>map(found -> new StateRow.Found(ByteBuffer.wrap(found), stale, lagRecords))
        .orElseGet(() -> new StateRow.Absent(stale, lagRecords));
  }

  private static StateRow visit(ByteBuf answer) {
    var profile = row(answer);
    var keys = new ArrayList<byte[]>();
    var rows = new ArrayList<StateRow>();
    readArray(
        answer,
        () -> {
          keys.add(bytes(answer));
          rows.add(
              optionalBytes(answer)
                  .<StateRow>map(found -> new StateRow.Found(ByteBuffer.wrap(found), false, 0))
                  .orElse(ABSENT));
        });
    return profile instanceof StateRow.Found found && !keys.isEmpty()
        ? new StateRow.Found(
            found.value(), found.stale(), found.lagRecords(), new RowsAlong(keys, rows))
        : profile;
  }

  /** A union of null and bytes. */
  private static Optional<byte[]> optionalBytes(ByteBuf answer) {
    var branch = readLong(answer);
    if (branch == NULL) {
      return Optional.empty();
    }
    if (branch != BYTES) {
      throw new IllegalArgumentException("a value of kind " + branch);
    }
    return Optional.of(bytes(answer));
  }

  private static byte[] bytes(ByteBuf answer) {
    var length = readLong(answer);
    if (length < 0 || length > answer.readableBytes()) {
      throw new IllegalArgumentException(
          "a value of %d bytes, and %d left".formatted(length, answer.readableBytes()));
    }
    var value = new byte[(int) length];
    answer.readBytes(value);
    return value;
  }

  /** Variable-length zig-zag (Avro specification, «Binary Encoding»). */
  private static long readLong(ByteBuf answer) {
    var value = 0L;
    for (var i = 0; i < LONGEST_LONG_BYTES; i++) {
      var next = answer.readByte();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }
}

package io.shopstream.streams.profile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Recognises an event that was counted before. Events are remembered by a 64-bit fingerprint of
 * their id, in one row an owner and hour of event time: a duplicate carries the same time, so it
 * meets the same row. The clicks of the hour under way are not here yet: {@link HourEvents}.
 *
 * <p>A row is a format version (1 byte), the time of the last arrival (8 bytes, milliseconds) and
 * the fingerprints (8 bytes each). Two ids of one row have the same fingerprint once in 2^64 pairs.
 */
public final class SeenEvents {

  /** Events of one owner and hour beyond which no more are taken: no person is that fast. */
  public static final int MAX_EVENTS_AN_HOUR = 4096;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + Long.BYTES;
  private static final long HOUR_MS = 3_600_000;

  private SeenEvents() {}

  /** Whether an event counts. */
  public enum Verdict {
    NEW,
    DUPLICATE,
    TOO_MANY
  }

  /**
   * Names the row that remembers an event.
   *
   * @param owner whom the event belongs to, the key of its record
   * @param eventTimeMs time of the event, in milliseconds since 1970-01-01 UTC
   * @return the key of the row that remembers the event
   */
  public static byte[] rowKey(String owner, long eventTimeMs) {
    return rowKeyOfHour(owner, hour(eventTimeMs));
  }

  /** Names the row of an hour, in hours since 1970-01-01 UTC. */
  static byte[] rowKeyOfHour(String owner, long hour) {
    var id = owner.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(id.length + 1 + Integer.BYTES)
        .put(id)
        .put((byte) 0)
        .putInt((int) hour)
        .array();
  }

  /** The hour of a time, in hours since 1970-01-01 UTC. */
  static long hour(long eventTimeMs) {
    return Math.floorDiv(eventTimeMs, HOUR_MS);
  }

  /** Looks for a fingerprint in a row; null is the row of an hour without events. */
  public static Verdict verdict(byte[] rowOrNull, long fingerprint) {
    if (rowOrNull == null) {
      return Verdict.NEW;
    }
    var row = ByteBuffer.wrap(rowOrNull);
    for (var at = HEADER_BYTES; at < rowOrNull.length; at += Long.BYTES) {
      if (row.getLong(at) == fingerprint) {
        return Verdict.DUPLICATE;
      }
    }
    var events = (rowOrNull.length - HEADER_BYTES) / Long.BYTES;
    return events < MAX_EVENTS_AN_HOUR ? Verdict.NEW : Verdict.TOO_MANY;
  }

  /** The row with one more event; the row given is left as it is. */
  public static byte[] with(byte[] rowOrNull, long fingerprint, long arrivalMs) {
    var length = rowOrNull == null ? HEADER_BYTES : rowOrNull.length;
    var row =
        rowOrNull == null
            ? new byte[length + Long.BYTES]
            : Arrays.copyOf(rowOrNull, length + Long.BYTES);
    ByteBuffer.wrap(row).put(0, VERSION).putLong(1, arrivalMs).putLong(length, fingerprint);
    return row;
  }

  /**
   * A row that holds no other events.
   *
   * @param fingerprints has them from an offset on, as they stand in a row
   */
  static byte[] row(byte[] fingerprints, int from, int events, long arrivalMs) {
    return ByteBuffer.allocate(HEADER_BYTES + events * Long.BYTES)
        .put(VERSION)
        .putLong(arrivalMs)
        .put(fingerprints, from, events * Long.BYTES)
        .array();
  }

  /**
   * Reads when a row was last added to.
   *
   * @return when the last event of a row arrived, in milliseconds; empty for a row of another
   *     format
   */
  public static Optional<Long> lastArrivalMs(byte[] row) {
    return row.length >= HEADER_BYTES && row[0] == VERSION
        ? Optional.of(ByteBuffer.wrap(row).getLong(1))
        : Optional.empty();
  }
}

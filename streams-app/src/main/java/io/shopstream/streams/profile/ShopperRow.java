package io.shopstream.streams.profile;

import io.shopstream.streams.profile.row.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the store holds of one id: a profile, or a marker in its place. */
sealed interface ShopperRow {

  /** When to look at it again; 0 for never. */
  long deadlineMs();

  /** Events up to this time count nothing, because the shopper was erased then; 0 for never. */
  long erasedMs();

  /** The binary form: format version, kind of row, the rest by kind. */
  byte[] toBytes();

  /** A profile. */
  record Profile(UserState state) implements ShopperRow {
    @Override
    public long deadlineMs() {
      return state.deadlineMs();
    }

    @Override
    public long erasedMs() {
      return state.erasedMs();
    }

    @Override
    public byte[] toBytes() {
      return state.toBytes();
    }
  }

  /**
   * A visitor turned out to be a user: everything is with the user, and what comes for the visitor
   * goes there.
   *
   * @param linkedMs time of the link
   * @param usedMs time of the last event that went there, give or take {@link #USE_PRECISION_MS}
   */
  record Forwarded(String userId, long linkedMs, long usedMs, long deadlineMs, long erasedMs)
      implements ShopperRow {

    /** The marker is written again no sooner than this. */
    static final long USE_PRECISION_MS = 7L * 86_400_000;

    @Override
    public byte[] toBytes() {
      var user = userId.getBytes(StandardCharsets.UTF_8);
      var out = ByteBuffer.allocate(2 + 3 * Long.BYTES + 10 + user.length);
      out.put(VERSION).put(FORWARDED);
      out.putLong(deadlineMs).putLong(linkedMs).putLong(usedMs);
      Varint.put(out, erasedMs);
      out.put(user);
      return Arrays.copyOf(out.array(), out.position());
    }
  }

  /** The shopper was erased, and has not come back since. */
  record Erased(long deadlineMs, long erasedMs) implements ShopperRow {
    @Override
    public byte[] toBytes() {
      return ByteBuffer.allocate(2 + 2 * Long.BYTES)
          .put(VERSION)
          .put(ERASED)
          .putLong(deadlineMs)
          .putLong(erasedMs)
          .array();
    }
  }

  /** Of a marker; that of a profile has changed since. */
  byte VERSION = UserState.SECOND_VERSION;

  byte FORWARDED = 1;
  byte ERASED = 2;

  /**
   * Reads a row; null is one that is not there.
   *
   * @throws IllegalArgumentException when it is of another format version
   */
  static ShopperRow of(byte[] bytesOrNull) {
    if (bytesOrNull == null) {
      return new Profile(UserState.unknown());
    }
    if (bytesOrNull.length > 1 && UserState.hasKind(bytesOrNull[0])) {
      var in = ByteBuffer.wrap(bytesOrNull, 2, bytesOrNull.length - 2);
      if (bytesOrNull[1] == ERASED) {
        return new Erased(in.getLong(), in.getLong());
      }
      if (bytesOrNull[1] == FORWARDED) {
        long deadlineMs = in.getLong();
        long linkedMs = in.getLong();
        long usedMs = in.getLong();
        long erasedMs = Varint.get(in);
        var user = new byte[in.remaining()];
        in.get(user);
        return new Forwarded(
            new String(user, StandardCharsets.UTF_8), linkedMs, usedMs, deadlineMs, erasedMs);
      }
    }
    return new Profile(UserState.of(bytesOrNull));
  }
}

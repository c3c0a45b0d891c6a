package io.shopstream.streams.fraud.features;

import java.util.Arrays;

/** What the state of one entity needs to know of an order. Immutable. */
public final class OrderPart {
  private static final int VERSION = 1;

  private final long timeMs;
  private final long amountMinor;
  private final long[] partners;

  /**
   * A part of an order.
   *
   * @param timeMs when it was placed, milliseconds since 1970-01-01 UTC
   * @param amountMinor what is paid, in the minor unit of the currency
   * @param partners hashes of the parties ({@link Ids#hash}) by {@link Partner#code}; 0 where there
   *     is none
   */
  OrderPart(long timeMs, long amountMinor, long[] partners) {
    this.timeMs = timeMs;
    this.amountMinor = amountMinor;
    this.partners = partners;
  }

  /** When it was placed, milliseconds since 1970-01-01 UTC. */
  public long timeMs() {
    return timeMs;
  }

  /** What is paid, in the minor unit of the currency. */
  public long amountMinor() {
    return amountMinor;
  }

  /** The hash of a party; 0 when there is none. */
  public long partner(Partner partner) {
    return partners[partner.code()];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OrderPart o
        && o.timeMs == timeMs
        && o.amountMinor == amountMinor
        && Arrays.equals(o.partners, partners);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(timeMs) * 31 + Arrays.hashCode(partners);
  }

  @Override
  public String toString() {
    return "OrderPart[" + timeMs + " ms, " + amountMinor + ", " + Arrays.toString(partners) + "]";
  }

  /** A compact form for the wire: a version, the numbers, and only the partners that are there. */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(96);
    out.putByte(VERSION);
    out.putVarint(timeMs);
    out.putVarint(amountMinor);
    int present = 0;
    for (int i = 0; i < partners.length; i++) {
      present |= partners[i] == 0 ? 0 : 1 << i;
    }
    out.putVarint(present);
    for (long partner : partners) {
      if (partner != 0) {
        out.putLong(partner);
      }
    }
    return out.toBytes();
  }

  /**
   * Reads the compact form.
   *
   * @throws IllegalArgumentException when the bytes are not that of a part
   */
  public static OrderPart fromBytes(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int version = in.getByte();
    if (version != VERSION) {
      throw new IllegalArgumentException("an order part of version " + version + ", known: 1");
    }
    long timeMs = in.getVarint();
    long amountMinor = in.getVarint();
    long present = in.getVarint();
    long[] partners = new long[Partner.COUNT];
    for (int i = 0; i < partners.length; i++) {
      if ((present >>> i & 1) != 0) {
        partners[i] = in.getLong();
      }
    }
    return new OrderPart(timeMs, amountMinor, partners);
  }
}

package io.shopstream.streams.profile.value;

import io.shopstream.streams.profile.row.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * What a user bought and took back, in a bounded place: how often, for how much, since when and
 * until when. Net of what was taken back:
 *
 * <ul>
 *   <li>money: what was paid less what was taken back, whatever order it belonged to;
 *   <li>frequency and recency: an order that was taken back as a whole does not count. Whole means
 *       that as much was taken back as was paid. What is taken back names its order, or else
 *       belongs to the newest order that as much is left of as is taken back. The last {@link
 *       #REMEMBERED} orders that count are remembered for this.
 * </ul>
 *
 * <p>Mean and spread of the order values are Welford's («Note on a Method for Calculating Corrected
 * Sums of Squares and Products», Technometrics 1962), put together by the rule of Chan, Golub and
 * LeVeque (1979).
 */
public final class OrderHistory {
  /** Orders that something may be taken back from as a whole. */
  public static final int REMEMBERED = 8;

  /**
   * Orders within this time after the first of an occasion belong to it: a rhythm is made of
   * occasions to buy, not of what was forgotten and ordered after.
   */
  public static final Duration OCCASION = Duration.ofDays(5);

  private static final int CURRENCY_BYTES = 3;

  private long placed;
  private long wholeTakenBack;
  private long lines;
  private long netMinor;
  private String currency = "";
  private long valued;
  private double mean;
  private double squares;
  private long firstMs;
  private long occasions;
  private long lastOccasionMs;
  // Newest time of the orders that count and are not remembered any more; 0 when there is none.
  private long olderMs;
  private int size;
  private final long[] orders = new long[REMEMBERED];
  private final long[] timesMs = new long[REMEMBERED];
  private final long[] leftMinor = new long[REMEMBERED];

  /**
   * An order was placed.
   *
   * @param order 64-bit hash of its id
   * @param amountMinor what is paid, in the minor unit of the currency
   * @param isoCode of the currency
   */
  public void placed(long order, long amountMinor, String isoCode, int itemLines, long timeMs) {
    if (placed == 0) {
      firstMs = timeMs;
      occasions = 1;
      lastOccasionMs = timeMs;
    } else if (Math.abs(timeMs - lastOccasionMs) > OCCASION.toMillis()) {
      occasions++;
      lastOccasionMs = Math.max(lastOccasionMs, timeMs);
    }
    firstMs = Math.min(firstMs, timeMs);
    placed++;
    lines += itemLines;
    if (isCounted(isoCode)) {
      netMinor += amountMinor;
      valued++;
      var off = amountMinor - mean;
      mean += off / valued;
      squares += off * (amountMinor - mean);
    }
    remember(order, timeMs, amountMinor);
  }

  /**
   * Lines of an order were cancelled or returned.
   *
   * @param original 64-bit hash of the order's id; empty when not known
   * @param amountMinor what is paid back, in the minor unit of the currency
   */
  public void takenBack(Optional<Long> original, long amountMinor, String isoCode, long timeMs) {
    if (isCounted(isoCode)) {
      netMinor -= amountMinor;
    }
    int at = -1;
    for (int i = 0; i < size; i++) {
      boolean fits =
          original.isPresent()
              ? orders[i] == original.get()
              : leftMinor[i] == amountMinor && timesMs[i] <= timeMs;
      if (fits && (at < 0 || timesMs[i] >= timesMs[at])) {
        at = i;
      }
    }
    if (at >= 0) {
      leftMinor[at] -= amountMinor;
      if (leftMinor[at] <= 0) {
        forget(at);
        wholeTakenBack++;
      }
    }
  }

  /** Money is counted in one currency, that of the first event with money. */
  private boolean isCounted(String isoCode) {
    if (currency.isEmpty()) {
      currency = isoCode;
    }
    return currency.equals(isoCode);
  }

  private void remember(long order, long timeMs, long amountMinor) {
    if (size == REMEMBERED) {
      int oldest = 0;
      for (int i = 1; i < size; i++) {
        oldest = timesMs[i] < timesMs[oldest] ? i : oldest;
      }
      if (timeMs < timesMs[oldest]) {
        olderMs = Math.max(olderMs, timeMs);
        return;
      }
      olderMs = Math.max(olderMs, timesMs[oldest]);
      forget(oldest);
    }
    orders[size] = order;
    timesMs[size] = timeMs;
    leftMinor[size] = amountMinor;
    size++;
  }

  private void forget(int at) {
    size--;
    System.arraycopy(orders, at + 1, orders, at, size - at);
    System.arraycopy(timesMs, at + 1, timesMs, at, size - at);
    System.arraycopy(leftMinor, at + 1, leftMinor, at, size - at);
  }

  /** Takes over what is known of another, who turned out to be the same person. */
  public void addAll(OrderHistory other) {
    if (currency.isEmpty()) {
      currency = other.currency;
    }
    if (currency.equals(other.currency)) {
      netMinor += other.netMinor;
      var sum = valued + other.valued;
      if (sum > 0) {
        var off = other.mean - mean;
        squares += other.squares + off * off * ((double) valued * other.valued / sum);
        mean += off * other.valued / sum;
        valued = sum;
      }
    }
    if (other.placed > 0) {
      firstMs = placed == 0 ? other.firstMs : Math.min(firstMs, other.firstMs);
      lastOccasionMs = Math.max(lastOccasionMs, other.lastOccasionMs);
    }
    placed += other.placed;
    wholeTakenBack += other.wholeTakenBack;
    lines += other.lines;
    occasions += other.occasions;
    olderMs = Math.max(olderMs, other.olderMs);
    for (int i = 0; i < other.size; i++) {
      remember(other.orders[i], other.timesMs[i], other.leftMinor[i]);
    }
  }

  /** Orders placed. */
  public long placed() {
    return placed;
  }

  /** Orders taken back as a whole. */
  public long wholeTakenBack() {
    return wholeTakenBack;
  }

  /** Lines of all orders placed. */
  public long lines() {
    return lines;
  }

  /** Orders placed, without those taken back as a whole. */
  public long frequency() {
    return placed - wholeTakenBack;
  }

  /** What was paid less what was taken back, in the minor unit of the currency. */
  public long netMinor() {
    return netMinor;
  }

  /** ISO 4217 code of what is counted; empty before the first order. */
  public Optional<String> currency() {
    return currency.isEmpty() ? Optional.empty() : Optional.of(currency);
  }

  /** Mean value of the orders placed, in the minor unit of the currency. */
  public double meanValue() {
    return mean;
  }

  /** Standard deviation of the same, of the sample; 0 with fewer than two. */
  public double valueDeviation() {
    return valued < 2 ? 0 : Math.sqrt(squares / (valued - 1));
  }

  /** Time of the first order placed; empty without one. */
  public Optional<Long> firstMs() {
    return placed == 0 ? Optional.empty() : Optional.of(firstMs);
  }

  /** Time of the newest order that counts; empty without one. */
  public Optional<Long> lastMs() {
    var last = olderMs;
    for (int i = 0; i < size; i++) {
      last = Math.max(last, timesMs[i]);
    }
    return last == 0 ? Optional.empty() : Optional.of(last);
  }

  /** How often and when the user bought, in occasions; empty without an order. */
  public Optional<PurchaseRhythm> rhythm() {
    return placed == 0
        ? Optional.empty()
        : Optional.of(new PurchaseRhythm(occasions - 1, firstMs, lastOccasionMs));
  }

  /** Bytes that {@link #write} takes at most. */
  public int bytes() {
    return placed == 0 && currency.isEmpty()
        ? 1
        : 1 + CURRENCY_BYTES + 6 * 10 + 5 * Long.BYTES + 1 + size * (2 * Long.BYTES + 10);
  }

  public void write(ByteBuffer out) {
    if (placed == 0 && currency.isEmpty()) {
      out.put((byte) 0);
      return;
    }
    out.put((byte) 1);
    out.put(currency.getBytes(StandardCharsets.US_ASCII), 0, CURRENCY_BYTES);
    Varint.put(out, placed);
    Varint.put(out, wholeTakenBack);
    Varint.put(out, lines);
    Varint.putSigned(out, netMinor);
    Varint.put(out, valued);
    Varint.put(out, occasions);
    out.putDouble(mean).putDouble(squares);
    out.putLong(firstMs).putLong(lastOccasionMs).putLong(olderMs);
    out.put((byte) size);
    for (int i = 0; i < size; i++) {
      out.putLong(orders[i]).putLong(timesMs[i]);
      Varint.putSigned(out, leftMinor[i]);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static OrderHistory read(ByteBuffer in) {
    var history = new OrderHistory();
    if (in.get() == 0) {
      return history;
    }
    var code = new byte[CURRENCY_BYTES];
    in.get(code);
    history.currency = new String(code, StandardCharsets.US_ASCII);
    history.placed = Varint.get(in);
    history.wholeTakenBack = Varint.get(in);
    history.lines = Varint.get(in);
    history.netMinor = Varint.getSigned(in);
    history.valued = Varint.get(in);
    history.occasions = Varint.get(in);
    history.mean = in.getDouble();
    history.squares = in.getDouble();
    history.firstMs = in.getLong();
    history.lastOccasionMs = in.getLong();
    history.olderMs = in.getLong();
    history.size = in.get();
    for (int i = 0; i < history.size; i++) {
      history.orders[i] = in.getLong();
      history.timesMs[i] = in.getLong();
      history.leftMinor[i] = Varint.getSigned(in);
    }
    return history;
  }
}

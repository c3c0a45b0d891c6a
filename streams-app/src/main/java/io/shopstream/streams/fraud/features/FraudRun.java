package io.shopstream.streams.fraud.features;

/**
 * The newest run of frauds of an entity, by the times of the orders: frauds no more than thirty
 * days apart belong together. Tells how long it has lasted and whether sound orders came after it.
 */
final class FraudRun {
  static final long GAP_MS = 30L * 86_400_000;

  private long frauds;
  private long beganMs;
  private long lastMs;
  private long soundSince;

  /** Forgets everything. */
  void clear() {
    frauds = 0;
    beganMs = 0;
    lastMs = 0;
    soundSince = 0;
  }

  void fraud(long orderMs) {
    if (frauds == 0 || orderMs > lastMs + GAP_MS) {
      beganMs = orderMs;
      frauds = 0;
    } else if (orderMs >= beganMs - GAP_MS) {
      beganMs = Math.min(beganMs, orderMs);
    }
    if (frauds == 0 || orderMs >= lastMs) {
      lastMs = orderMs;
      soundSince = 0;
    }
    frauds++;
  }

  void sound(long orderMs) {
    if (frauds > 0 && orderMs > lastMs) {
      soundSince++;
    }
  }

  /** Frauds of the run. */
  long frauds() {
    return frauds;
  }

  float daysSinceBegin(long nowMs) {
    return frauds == 0 ? Float.NaN : Math.max(0, nowMs - beganMs) / 86_400_000f;
  }

  float daysSinceLast(long nowMs) {
    return frauds == 0 ? Float.NaN : Math.max(0, nowMs - lastMs) / 86_400_000f;
  }

  float soundSinceLast() {
    return frauds == 0 ? Float.NaN : soundSince;
  }

  void write(ByteWriter out) {
    out.putVarint(frauds);
    if (frauds > 0) {
      out.putVarint(beganMs);
      out.putVarint(lastMs);
      out.putVarint(soundSince);
    }
  }

  void read(ByteReader in) {
    frauds = in.getVarint();
    if (frauds > 0) {
      beganMs = in.getVarint();
      lastMs = in.getVarint();
      soundSince = in.getVarint();
    }
  }
}

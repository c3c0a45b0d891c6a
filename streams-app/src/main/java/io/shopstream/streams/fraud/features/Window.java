package io.shopstream.streams.fraud.features;

/**
 * A span of the recent past. It is made of whole cells of the clock: the cell that holds the
 * present moment and the ones before it, so that one hour is the current minute and the 59 before
 * it.
 */
public enum Window {
  TEN_MINUTES("10m", "10 minutes", 60_000L, 10),
  HOUR("1h", "1 hour", 60_000L, 60),
  DAY("1d", "24 hours", 3_600_000L, 24),
  WEEK("7d", "7 days", 6 * 3_600_000L, 28),
  MONTH("30d", "30 days", 6 * 3_600_000L, 120);

  private final String suffix;
  private final String words;
  private final long cellMs;
  private final int cells;

  Window(String suffix, String words, long cellMs, int cells) {
    this.suffix = suffix;
    this.words = words;
    this.cellMs = cellMs;
    this.cells = cells;
  }

  /** As used in the names of features. */
  public String suffix() {
    return suffix;
  }

  /** For a person. */
  public String words() {
    return words;
  }

  /** Length of a cell in milliseconds. */
  public long cellMs() {
    return cellMs;
  }

  /** Number of cells, the current one included. */
  public int cells() {
    return cells;
  }

  /** Length of the whole window in milliseconds. */
  public long lengthMs() {
    return cellMs * cells;
  }
}

package io.shopstream.load.datasets;

/** Why a line of a source is not an event. */
public enum RefusalReason {
  MALFORMED("cannot be read: wrong number of fields, or a field that is not what it should be"),
  NOT_GOODS("a service, a fee or a correction, not goods"),
  STOCK_ADJUSTMENT("no pieces, or pieces taken from stock without a cancellation"),
  NO_PRICE("no price, or less than nothing"),
  OUT_OF_ORDER("older than the lines before it by more than the reader looks back"),
  REOPENED("belongs to an invoice that was closed before");

  private final String meaning;

  RefusalReason(String meaning) {
    this.meaning = meaning;
  }

  /** One line for people. */
  public String meaning() {
    return meaning;
  }
}

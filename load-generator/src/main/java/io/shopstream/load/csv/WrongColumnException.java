package io.shopstream.load.csv;

/** A row that is no event; the message names the column. */
final class WrongColumnException extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 60;

  private WrongColumnException(String message) {
    super(message, null, false, false);
  }

  /** A value that is not what it should be. */
  static WrongColumnException of(String column, String text, String must) {
    var shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return new WrongColumnException("column %s: «%s» %s".formatted(column, shown, must));
  }

  /** A field of the event that the row leaves empty. */
  static WrongColumnException missing(String column) {
    return new WrongColumnException(
        "column %s: is empty, and the event needs it".formatted(column));
  }
}

package io.shopstream.bench.fraud;

/**
 * A file of orders or a mapping that cannot be read; the message names file, line and column and
 * says what to do.
 */
final class OrderFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OrderFileException(String message) {
    super(message);
  }
}

package io.shopstream.load.csv;

import java.io.IOException;

/** A mapping file that cannot be used; the message names file, line and what to write. */
final class CsvMappingException extends IOException {

  private static final long serialVersionUID = 1L;

  CsvMappingException(String where, String message) {
    super(where + ": " + message);
  }
}

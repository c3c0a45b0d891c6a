package io.shopstream.load.datasets;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/**
 * One line of the Online Retail file, read but not judged.
 *
 * @param number number of the line in the file, the first is 1
 * @param invoice number of the invoice; C before it marks a cancellation, A a correction of
 *     accounts
 * @param itemId stock code in capitals, because the file writes some codes both ways
 * @param description name of the item, may be empty
 * @param quantity pieces, negative when taken back
 * @param timeMs time of the line in milliseconds since 1970-01-01, the file's clock taken as UTC
 * @param pricePence price of one piece in pence, halves rounded up
 * @param customer number of the customer, may be empty
 * @param country name of the country where the customer resides
 */
record InvoiceLine(
    long number,
    String invoice,
    String itemId,
    String description,
    int quantity,
    long timeMs,
    long pricePence,
    String customer,
    String country) {

  static final List<String> HEADER =
      List.of(
          "InvoiceNo",
          "StockCode",
          "Description",
          "Quantity",
          "InvoiceDate",
          "UnitPrice",
          "CustomerID",
          "Country");

  private static final int LONGEST_ID = 64;
  private static final BigDecimal HIGHEST_PRICE = new BigDecimal("1000000000");

  boolean isCancellation() {
    return invoice.startsWith("C");
  }

  /** Turns the fields of a line into one; keeps what neighbouring lines have in common. */
  static final class Parser {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private String lastTime = "";
    private long lastTimeMs;

    /**
     * Reads one line.
     *
     * @throws MalformedLineException naming the field and what is wrong with it
     */
    InvoiceLine parse(long number, List<String> fields) throws MalformedLineException {
      if (fields.size() != HEADER.size()) {
        throw new MalformedLineException(
            "%d fields instead of %d".formatted(fields.size(), HEADER.size()));
      }
      return new InvoiceLine(
          number,
          id("InvoiceNo", fields.get(0)),
          id("StockCode", fields.get(1)),
          fields.get(2).strip(),
          quantity(fields.get(3)),
          timeMs(fields.get(4)),
          pence(fields.get(5)),
          optionalId("CustomerID", fields.get(6)),
          fields.get(7).strip());
    }

    private static String id(String field, String text) throws MalformedLineException {
      var id = optionalId(field, text);
      if (id.isEmpty()) {
        throw new MalformedLineException(field + " is empty");
      }
      return id;
    }

    private static String optionalId(String field, String text) throws MalformedLineException {
      var id = text.strip().toUpperCase(Locale.ROOT);
      for (var i = 0; i < id.length(); i++) {
        var c = id.charAt(i);
        if (c < ' ' || c > '~') {
          throw new MalformedLineException(field + " holds a character outside printable ASCII");
        }
      }
      if (id.length() > LONGEST_ID) {
        throw new MalformedLineException(field + " is longer than " + LONGEST_ID + " characters");
      }
      return id;
    }

    private static int quantity(String text) throws MalformedLineException {
      try {
        var quantity = Integer.parseInt(text.strip());
        if (quantity == Integer.MIN_VALUE) {
          throw new MalformedLineException("Quantity is out of range: " + text);
        }
        return quantity;
      } catch (NumberFormatException e) {
        throw new MalformedLineException("Quantity is not a whole number: " + text, e);
      }
    }

    private long timeMs(String text) throws MalformedLineException {
      if (!text.equals(lastTime)) {
        try {
          lastTimeMs =
              LocalDateTime.parse(text.strip(), TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeParseException e) {
          throw new MalformedLineException(
              "InvoiceDate is not a time like 2010-12-01 08:26:00: " + text, e);
        }
        lastTime = text;
      }
      return lastTimeMs;
    }

    private static long pence(String text) throws MalformedLineException {
      try {
        var price = new BigDecimal(text.strip());
        if (price.abs().compareTo(HIGHEST_PRICE) > 0) {
          throw new MalformedLineException("UnitPrice is out of range: " + text);
        }
        return price.movePointRight(2).setScale(0, RoundingMode.HALF_UP).longValueExact();
      } catch (NumberFormatException e) {
        throw new MalformedLineException("UnitPrice is not a number: " + text, e);
      }
    }
  }

  /** A line that cannot be read; the message says which field and why. */
  static final class MalformedLineException extends Exception {
    MalformedLineException(String message) {
      super(message);
    }

    MalformedLineException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}

package io.shopstream.bench.fraud;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV file with a header line, gzipped or not. */
final class OrderFile {
  private final Path path;

  OrderFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  private BufferedReader open() throws IOException {
    InputStream file = Files.newInputStream(path);
    try {
      InputStream text =
          path.toString().endsWith(".gz") ? new GZIPInputStream(file, 1 << 16) : file;
      return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8), 1 << 16);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static CSVFormat format() {
    return CSVFormat.DEFAULT
        .builder()
        .setHeader()
        .setSkipHeaderRecord(true)
        .setIgnoreSurroundingSpaces(true)
        .setTrim(true)
        .get();
  }

  /** The names of the columns. */
  List<String> header() throws IOException {
    try (BufferedReader reader = open();
        CSVParser csv = CSVParser.builder().setReader(reader).setFormat(format()).get()) {
      return List.copyOf(csv.getHeaderNames());
    } catch (IllegalArgumentException e) {
      throw new OrderFileException(path + ":1: the header line cannot be used: " + e.getMessage());
    }
  }

  /** Hands over every row. */
  void rows(Consumer<Row> each) throws IOException {
    try (BufferedReader reader = open();
        CSVParser csv = CSVParser.builder().setReader(reader).setFormat(format()).get()) {
      int columns = csv.getHeaderNames().size();
      for (CSVRecord record : csv) {
        Row row = new Row(path, csv.getCurrentLineNumber(), record);
        if (record.size() != columns) {
          throw new OrderFileException(
              row.at("") + record.size() + " values, the header names " + columns + " columns");
        }
        each.accept(row);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A row of the file, which knows where it stands. */
  static final class Row {
    private final Path path;
    private final long line;
    private final CSVRecord values;

    Row(Path path, long line, CSVRecord values) {
      this.path = path;
      this.line = line;
      this.values = values;
    }

    long line() {
      return line;
    }

    String text(String column) {
      return values.get(column);
    }

    /** A whole number of at least {@code least}. */
    long whole(String column, long least) {
      String text = text(column);
      try {
        long value = Long.parseLong(text);
        if (value >= least) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw wrong(column, "must be a whole number", e);
      }
      throw wrong(column, "must be " + least + " or more");
    }

    private String at(String column) {
      return path + ":" + line + ": " + (column.isEmpty() ? "" : "column " + column + ": ");
    }

    OrderFileException wrong(String column, String must) {
      return new OrderFileException(at(column) + "«" + text(column) + "» " + must);
    }

    OrderFileException wrong(String column, String must, Exception cause) {
      OrderFileException e = wrong(column, must);
      e.initCause(cause);
      return e;
    }
  }
}

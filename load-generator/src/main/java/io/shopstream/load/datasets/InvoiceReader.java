package io.shopstream.load.datasets;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.shopstream.load.datasets.InvoiceLine.MalformedLineException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * Gathers the lines of the Online Retail file into invoices, in ascending time.
 *
 * <p>The file is sorted by time, but the lines of an invoice may be spread over a few minutes and
 * other invoices may come between them. So an invoice stays open for {@link #LOOK_BACK} after its
 * last line. What is held in memory is the invoices of that time.
 */
final class InvoiceReader implements AutoCloseable {

  /** How long an invoice stays open, and how far behind the newest line a line may be. */
  static final Duration LOOK_BACK = Duration.ofMinutes(10);

  private static final int CLOSED_REMEMBERED = 100_000;

  private final String source;
  private final LineReader lines;
  private final CsvReader.CsvReaderBuilder csv = CsvReader.builder();
  private final InvoiceLine.Parser parser = new InvoiceLine.Parser();
  private final Refusals refusals;

  private final Map<String, OpenInvoice> open = new LinkedHashMap<>();
  private final ArrayDeque<Invoice> ended = new ArrayDeque<>();
  private final Map<String, Boolean> closed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > CLOSED_REMEMBERED;
        }
      };
  private long newestMs = Long.MIN_VALUE;
  private boolean exhausted;

  /**
   * Opens the file.
   *
   * @param source name for messages
   * @param in the text, unpacked; closed with this reader
   * @throws IOException when it cannot be read or does not start with the header line
   */
  InvoiceReader(String source, InputStream in, Refusals refusals) throws IOException {
    this.source = source;
    this.refusals = refusals;
    this.lines = new LineReader(in);
    var header = readLine();
    if (header == null || !fields(header).equals(InvoiceLine.HEADER)) {
      lines.close();
      throw new IOException(
          "%s, line 1: the header should be %s, but is %s"
              .formatted(source, String.join(",", InvoiceLine.HEADER), excerpt(header)));
    }
  }

  /**
   * The next invoice that holds goods, or none after the last.
   *
   * @throws UncheckedIOException naming the file and line when the source breaks off
   */
  Optional<Invoice> next() {
    try {
      while (ended.isEmpty() && !exhausted) {
        var text = readLine();
        if (text == null) {
          exhausted = true;
          endBefore(Long.MAX_VALUE);
        } else if (!text.isBlank()) {
          accept(text);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    return Optional.ofNullable(ended.poll());
  }

  private String readLine() throws IOException {
    try {
      return lines.next();
    } catch (EOFException | ZipException e) {
      throw new IOException(
          "%s breaks off or is damaged after line %d: fetch the file again"
              .formatted(source, lines.number()),
          e);
    }
  }

  private void accept(String text) {
    var number = lines.number();
    InvoiceLine line;
    try {
      line = parser.parse(number, fields(text));
    } catch (MalformedLineException | CsvParseException e) {
      refusals.add(number, RefusalReason.MALFORMED, e.getMessage() + ": " + excerpt(text));
      return;
    }
    if (line.timeMs() + LOOK_BACK.toMillis() < newestMs) {
      refusals.add(number, RefusalReason.OUT_OF_ORDER, excerpt(text));
      return;
    }
    if (line.timeMs() > newestMs) {
      newestMs = line.timeMs();
      endBefore(newestMs - LOOK_BACK.toMillis());
    }
    if (closed.containsKey(line.invoice())) {
      refusals.add(number, RefusalReason.REOPENED, excerpt(text));
      return;
    }
    var invoice = open.computeIfAbsent(line.invoice(), id -> new OpenInvoice(line));
    var broken = InvoiceLineRules.brokenBy(line);
    invoice.add(line, broken.isEmpty());
    broken.ifPresent(reason -> refusals.add(number, reason, excerpt(text)));
  }

  private List<String> fields(String text) {
    try (var reader = csv.ofCsvRecord(text)) {
      var record = reader.iterator();
      return record.hasNext() ? record.next().getFields() : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void endBefore(long timeMs) {
    var ending = new ArrayList<Invoice>();
    var each = open.values().iterator();
    while (each.hasNext()) {
      var invoice = each.next();
      if (invoice.timeMs < timeMs) {
        each.remove();
        closed.put(invoice.first.invoice(), Boolean.TRUE);
        if (!invoice.goods.isEmpty()) {
          ending.add(invoice.end());
        }
      }
    }
    // All that ended earlier is older than the time of that call, all that is open is not.
    ending.sort(Comparator.comparingLong(Invoice::timeMs));
    ended.addAll(ending);
  }

  private static String excerpt(String text) {
    if (text == null) {
      return "missing";
    }
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class OpenInvoice {
    private final InvoiceLine first;
    private final List<Invoice.Line> goods = new ArrayList<>();
    private int ordinal;
    private long timeMs;

    OpenInvoice(InvoiceLine first) {
      this.first = first;
      this.timeMs = first.timeMs();
    }

    void add(InvoiceLine line, boolean isGoods) {
      ordinal++;
      timeMs = Math.max(timeMs, line.timeMs());
      if (isGoods) {
        goods.add(
            new Invoice.Line(
                ordinal,
                line.itemId(),
                line.description(),
                Math.abs(line.quantity()),
                line.pricePence()));
      }
    }

    Invoice end() {
      return new Invoice(
          first.invoice(),
          first.isCancellation(),
          timeMs,
          first.customer(),
          first.country(),
          List.copyOf(goods));
    }
  }
}

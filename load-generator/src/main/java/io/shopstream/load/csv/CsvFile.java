package io.shopstream.load.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.shopstream.events.CatalogItem;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Order;
import io.shopstream.events.OrderLine;
import io.shopstream.load.csv.CsvMapping.Kind;
import io.shopstream.load.csv.CsvMapping.Source;
import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.EventReader;
import io.shopstream.load.datasets.RefusalReason;
import io.shopstream.load.datasets.Refusals;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Listed;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Events of any CSV file with a header line, plain or gzip, by a {@link CsvMapping}. Rows of one
 * order that follow each other are its lines. Rows should come in ascending time; up to {@value
 * #LOOK_BACK} events are held to put right what does not, and what is older still is left out.
 */
public final class CsvFile implements Dataset {

  /** Raise it whenever the same file would tell other events. */
  private static final int RULES = 1;

  private static final int LOOK_BACK = 20_000;
  private static final int LONGEST_VALUE = 1 << 20;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final Path file;
  private final CsvMapping mapping;
  private String fingerprint;
  private Contents contents;

  private CsvFile(Path file, CsvMapping mapping) {
    this.file = file;
    this.mapping = mapping;
  }

  /**
   * A file and what its columns mean.
   *
   * @throws IOException when one of the two cannot be read, or they do not fit; names file and line
   */
  public static CsvFile of(Path file, Path mapping) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException("The file %s is not there or cannot be read".formatted(file));
    }
    var dataset = new CsvFile(file, CsvMapping.read(mapping));
    try (var reader = dataset.open(0)) {
      var unused = reader.hasNext(); // the header is checked
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return dataset;
  }

  @Override
  public String name() {
    return "csv-" + file.getFileName();
  }

  @Override
  public String fingerprint() throws IOException {
    if (fingerprint == null) {
      try {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(mapping.fingerprint().getBytes(StandardCharsets.UTF_8));
        try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
        fingerprint =
            "sha256:%s/rules:%d".formatted(HexFormat.of().formatHex(digest.digest()), RULES);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256", e);
      }
    }
    return fingerprint;
  }

  @Override
  public Contents contents() throws IOException {
    if (contents == null) {
      long clicks = 0;
      long orders = 0;
      long items = 0;
      var first = Long.MAX_VALUE;
      var last = Long.MIN_VALUE;
      try (var reader = open(0)) {
        while (reader.hasNext()) {
          var event = reader.next();
          if (event instanceof Clicked) {
            clicks++;
          } else if (event instanceof Ordered) {
            orders++;
          } else {
            items++;
          }
          first = Math.min(first, event.timeMs());
          last = Math.max(last, event.timeMs());
        }
        if (clicks + orders + items == 0) {
          throw new IOException("%s holds no event%s".formatted(file, firstRefusal()));
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      contents = new Contents(clicks, orders, items, first, last);
    }
    return contents;
  }

  private String firstRefusal() throws IOException {
    var told = new ArrayList<String>();
    try (var reader = open(0)) {
      reader.refusals().onRefusal(one -> told.add(one.detail()));
      while (told.isEmpty() && reader.hasNext()) {
        reader.next();
      }
    }
    return told.isEmpty() ? "" : ": " + told.get(0);
  }

  @Override
  public EventReader open(long timeShiftMs) throws IOException {
    var packed = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      packed.mark(2);
      var magic = packed.read() << 8 | packed.read();
      packed.reset();
      var text =
          new InputStreamReader(
              magic == GZIP_MAGIC ? new GZIPInputStream(packed, 1 << 16) : packed,
              StandardCharsets.UTF_8);
      var csv =
          CsvReader.builder()
              .fieldSeparator(mapping.separator())
              .allowMissingFields(true)
              .allowExtraFields(true)
              .maxBufferSize(LONGEST_VALUE)
              .detectBomHeader(false)
              .ofNamedCsvRecord(text);
      return new Reader(csv, timeShiftMs);
    } catch (IOException | RuntimeException e) {
      packed.close();
      throw e;
    }
  }

  /** An event that waits for older ones. */
  private record Pending(long timeMs, long sequence, ShopEvent event)
      implements Comparable<Pending> {
    @Override
    public int compareTo(Pending other) {
      return timeMs != other.timeMs
          ? Long.compare(timeMs, other.timeMs)
          : Long.compare(sequence, other.sequence);
    }
  }

  /** One reading of the file. */
  private final class Reader implements EventReader {
    private final CsvReader<NamedCsvRecord> csv;
    private final Iterator<NamedCsvRecord> rows;
    private final long shiftMs;
    private final Refusals refusals = new Refusals();
    private final PriorityQueue<Pending> pending = new PriorityQueue<>();
    private long sequence;
    private long releasedMs = Long.MIN_VALUE;
    private boolean headerChecked;
    private Order open;
    private long openLine;

    Reader(CsvReader<NamedCsvRecord> csv, long shiftMs) {
      this.csv = csv;
      this.rows = csv.iterator();
      this.shiftMs = shiftMs;
    }

    @Override
    public Refusals refusals() {
      return refusals;
    }

    @Override
    public boolean hasNext() {
      while (pending.size() < LOOK_BACK && readRow()) {
        // until enough are held to know the oldest
      }
      return !pending.isEmpty();
    }

    @Override
    public ShopEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The data set is at its end");
      }
      var oldest = pending.remove();
      releasedMs = oldest.timeMs();
      return oldest.event();
    }

    /** Reads a row; false at the end of the file. */
    private boolean readRow() {
      try {
        if (!rows.hasNext()) {
          closeOrder();
          return false;
        }
        var row = rows.next();
        checkHeader(row);
        take(row);
        return true;
      } catch (CsvParseException e) {
        throw new UncheckedIOException(
            new IOException("%s is no CSV: %s".formatted(file, e.getMessage()), e));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void checkHeader(NamedCsvRecord row) throws IOException {
      if (!headerChecked) {
        mapping.requireColumns(
            file.toString(),
            row.getHeader().stream().map(name -> name.replace("\uFEFF", "")).toList());
        headerChecked = true;
      }
    }

    private void take(NamedCsvRecord row) {
      var line = row.getStartingLineNumber();
      CsvMapping.Row texts = column -> row.findField(column).orElse("");
      try {
        var kind = mapping.kind(texts);
        switch (kind) {
          case CLICK -> release(line, new Clicked(click(line, texts)));
          case ITEM -> release(line, new Listed(item(texts)));
          case ORDER -> order(line, texts);
          case SKIP -> {}
        }
      } catch (WrongColumnException e) {
        refuse(line, RefusalReason.MALFORMED, e.getMessage());
      }
    }

    private void refuse(long line, RefusalReason reason, String detail) {
      refusals.add(line, reason, "%s:%d: %s".formatted(file, line, detail));
    }

    private void release(long line, ShopEvent event) {
      if (event.timeMs() < releasedMs) {
        refuse(
            line,
            RefusalReason.OUT_OF_ORDER,
            "is older than events %,d rows before it: sort the file by time".formatted(LOOK_BACK));
      } else {
        pending.add(new Pending(event.timeMs(), sequence++, event));
      }
    }

    private Click click(long line, CsvMapping.Row row) throws WrongColumnException {
      var click =
          Click.newBuilder()
              .setEventId(id(line))
              .setType(ClickType.VIEW)
              .setTimeMs(0)
              .setVisitorId("")
              .build();
      fill(click, mapping.fields(Kind.CLICK), row);
      if (click.getType() == ClickType.SEARCH == (click.getSearchQuery() == null)) {
        throw WrongColumnException.of(
            "search_query", "" + click.getSearchQuery(), "goes with type SEARCH, which needs it");
      }
      if (click.getType() != ClickType.SEARCH && click.getItemId() == null) {
        throw WrongColumnException.missing("of item_id");
      }
      shift(click, "time_ms");
      return click;
    }

    private CatalogItem item(CsvMapping.Row row) throws WrongColumnException {
      var item = CatalogItem.newBuilder().setItemId("").setTitle("").setUpdatedTimeMs(0).build();
      fill(item, mapping.fields(Kind.ITEM), row);
      shift(item, "updated_time_ms");
      return item;
    }

    private void order(long line, CsvMapping.Row row) throws WrongColumnException {
      var order =
          Order.newBuilder()
              .setOrderId(id(line))
              .setTimeMs(0)
              .setLines(new ArrayList<>())
              .setAmountMinor(-1)
              .setCurrency(mapping.currency(row))
              .build();
      fill(order, mapping.fields(Kind.ORDER), row);
      var one = OrderLine.newBuilder().setItemId("").setQuantity(1).setPriceMinor(0).build();
      fill(one, mapping.lineFields(), row);
      if (open != null && open.getOrderId().equals(order.getOrderId())) {
        open.getLines().add(one);
        return;
      }
      closeOrder();
      order.getLines().add(one);
      shift(order, "time_ms");
      open = order;
      openLine = line;
    }

    private void closeOrder() {
      if (open == null) {
        return;
      }
      if (open.getAmountMinor() < 0) {
        var sum = 0L;
        for (var one : open.getLines()) {
          sum += one.getPriceMinor() * one.getQuantity();
        }
        open.put("amount_minor", sum);
      }
      release(openLine, new Ordered(open));
      open = null;
    }

    /** Told alike by each reading, so that an event that is read twice counts once. */
    private String id(long line) {
      return UUID.nameUUIDFromBytes(
              (file.getFileName() + ":" + line).getBytes(StandardCharsets.UTF_8))
          .toString();
    }

    private void fill(SpecificRecord event, Map<EventField, Source> fields, CsvMapping.Row row)
        throws WrongColumnException {
      var currency = mapping.currency(row);
      for (var one : fields.entrySet()) {
        var field = one.getKey();
        var source = one.getValue();
        var text = source.text(row);
        if (!text.isEmpty()) {
          event.put(
              field.schema().pos(), field.value(source.column(), text, mapping.times(), currency));
        } else if (field.isRequired()) {
          throw WrongColumnException.missing(source.column());
        }
      }
    }

    private void shift(SpecificRecord event, String field) {
      var at = event.getSchema().getField(field).pos();
      event.put(at, (Long) event.get(at) + shiftMs);
    }

    @Override
    public void close() {
      try {
        csv.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

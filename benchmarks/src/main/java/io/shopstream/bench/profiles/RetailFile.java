package io.shopstream.bench.profiles;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * The invoices of a file in the format of Online Retail, read by the rules that {@code
 * load-generator/data/README.md} gives in words, and with nothing of the classes that replay it.
 *
 * @param invoices with goods, of customers that are known, in ascending time
 * @param withoutGoods why customers of the file have no invoice here: the rules that left their
 *     lines out, by customer
 */
record RetailFile(List<Invoice> invoices, Map<String, Set<String>> withoutGoods) {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final Pattern GOODS = Pattern.compile("\\d{5}[A-Z]{0,2}|DCGS[A-Z0-9]+");
  private static final Set<String> SERVICES = Set.of("23444", "22016", "23702");
  private static final int GZIP_MAGIC = 0x1f;

  /**
   * An invoice of a customer.
   *
   * @param cancellation whether it takes goods back
   * @param timeMs of its last line, in milliseconds since 1970-01-01 UTC
   * @param pence of its goods, 0 or more
   */
  record Invoice(
      String id, String customer, boolean cancellation, long timeMs, long pence, int lines) {}

  private static final class Open {
    String customer = "";
    long timeMs;
    long pence;
    int lines;
  }

  /**
   * Reads a file, plain or packed with gzip.
   *
   * @throws IllegalStateException when it cannot be read; says which line and field is wrong
   */
  static RetailFile read(Path file) {
    var open = new LinkedHashMap<String, Open>();
    var left = new TreeMap<String, Set<String>>();
    try (var in = new InputStreamReader(unpacked(file), StandardCharsets.UTF_8);
        var lines =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get().parse(in)) {
      for (var line : lines) {
        add(line, open, left);
      }
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          file + " is not in the format of Online Retail: " + e.getMessage(), e);
    }
    var invoices = new ArrayList<Invoice>();
    open.forEach(
        (id, invoice) -> {
          if (!invoice.customer.isEmpty()) {
            invoices.add(
                new Invoice(
                    id,
                    invoice.customer,
                    id.startsWith("C"),
                    invoice.timeMs,
                    invoice.pence,
                    invoice.lines));
            left.remove(invoice.customer);
          }
        });
    invoices.sort(Comparator.comparingLong(Invoice::timeMs));
    return new RetailFile(List.copyOf(invoices), left);
  }

  private static InputStream unpacked(Path file) throws IOException {
    var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(1);
    var first = in.read();
    in.reset();
    return first == GZIP_MAGIC ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static void add(
      CSVRecord line, Map<String, Open> invoices, Map<String, Set<String>> left) {
    var id = line.get("InvoiceNo").strip().toUpperCase(Locale.ROOT);
    var item = line.get("StockCode").strip().toUpperCase(Locale.ROOT);
    var customer = line.get("CustomerID").strip();
    var quantity = Integer.parseInt(line.get("Quantity").strip());
    var price =
        new BigDecimal(line.get("UnitPrice").strip())
            .movePointRight(2)
            .setScale(0, RoundingMode.HALF_UP)
            .longValueExact();
    var reason = "";
    if (!GOODS.matcher(item).matches() || SERVICES.contains(item)) {
      reason = "not goods";
    } else if (quantity == 0 || quantity < 0 != id.startsWith("C")) {
      reason = "stock adjustment";
    } else if (price <= 0) {
      reason = "no price";
    }
    if (!reason.isEmpty()) {
      if (!customer.isEmpty()) {
        left.computeIfAbsent(customer, c -> new TreeSet<>()).add(reason);
      }
      return;
    }
    var invoice = invoices.computeIfAbsent(id, i -> new Open());
    invoice.customer = invoice.customer.isEmpty() ? customer : invoice.customer;
    invoice.timeMs =
        LocalDateTime.parse(line.get("InvoiceDate").strip(), TIME)
            .toInstant(ZoneOffset.UTC)
            .toEpochMilli();
    invoice.pence += price * Math.abs((long) quantity);
    invoice.lines++;
  }

  /** Invoices by customer, each in ascending time. */
  Map<String, List<Invoice>> byCustomer() {
    var customers = new TreeMap<String, List<Invoice>>();
    for (var invoice : invoices) {
      customers.computeIfAbsent(invoice.customer(), c -> new ArrayList<>()).add(invoice);
    }
    return customers;
  }
}

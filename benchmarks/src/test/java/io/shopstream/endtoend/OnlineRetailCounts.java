package io.shopstream.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Counts items and pairs straight from the invoice file, from the written rules
 * (docs/architecture.md and load-generator/data/README.md) and with nothing but lists and maps.
 */
final class OnlineRetailCounts {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final long HALF_AN_HOUR_MS = 30 * 60_000;

  final Map<String, Long> viewed = new TreeMap<>();
  final Map<String, Long> bought = new TreeMap<>();
  final Map<String, Map<String, Integer>> viewedTogether = new TreeMap<>();
  final Map<String, Map<String, Integer>> boughtTogether = new TreeMap<>();
  final int orders;

  private record Touch(long timeMs, long order, String item) {}

  private static final class Invoice {
    String customer = "";
    long timeMs;
    final List<String> items = new ArrayList<>();
  }

  OnlineRetailCounts(Path file) throws IOException {
    var invoices = invoices(file);
    orders = invoices.size();
    var touches = new TreeMap<String, List<Touch>>();
    var number = 0L;
    for (var invoice : invoices.entrySet()) {
      var placed = invoice.getValue();
      var step = Math.min(20_000, 3_600_000 / placed.items.size());
      var shopper = placed.customer.isEmpty() ? "guest-" + invoice.getKey() : placed.customer;
      for (var line = 0; line < placed.items.size(); line++) {
        var at = placed.timeMs - (long) (placed.items.size() - line) * step;
        var list = touches.computeIfAbsent(shopper, s -> new ArrayList<>());
        list.add(new Touch(at, number++, placed.items.get(line)));
        list.add(new Touch(at + step / 2, number++, placed.items.get(line)));
      }
      countOrder(placed.items);
    }
    touches.values().forEach(this::countVisits);
  }

  private static Map<String, Invoice> invoices(Path file) throws IOException {
    var invoices = new LinkedHashMap<String, Invoice>();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      reader.readLine();
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        var fields = fields(line);
        var id = fields.get(0);
        var item = fields.get(1).strip().toUpperCase(Locale.ROOT);
        var goods =
            item.matches("\\d{5}[A-Z]{0,2}|DCGS[A-Z0-9]+")
                && !List.of("23444", "22016", "23702").contains(item);
        var timeMs =
            LocalDateTime.parse(fields.get(4), TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
        if (goods
            && !id.startsWith("C")
            && Long.parseLong(fields.get(3)) > 0
            && Math.round(Double.parseDouble(fields.get(5)) * 100) > 0) {
          var invoice = invoices.computeIfAbsent(id, i -> new Invoice());
          invoice.customer = fields.get(6);
          invoice.timeMs = Math.max(invoice.timeMs, timeMs);
          invoice.items.add(item);
        }
      }
    }
    return invoices;
  }

  private static List<String> fields(String line) {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    var quoted = false;
    for (var i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private void countOrder(List<String> lines) {
    var items = new LinkedHashSet<>(lines).stream().limit(30).toList();
    for (var item : items) {
      bought.merge(item, 1L, Long::sum);
      for (var other : items) {
        if (!other.equals(item)) {
          count(boughtTogether, item, other);
        }
      }
    }
  }

  private void countVisits(List<Touch> touches) {
    touches.sort(Comparator.comparingLong(Touch::timeMs).thenComparingLong(Touch::order));
    var remembered = new ArrayList<String>();
    var newestMs = Long.MIN_VALUE / 2;
    for (var touch : touches) {
      if (touch.timeMs() - newestMs > HALF_AN_HOUR_MS) {
        remembered.clear();
      }
      newestMs = touch.timeMs();
      if (!remembered.remove(touch.item())) {
        viewed.merge(touch.item(), 1L, Long::sum);
        for (var distance = 1; distance <= Math.min(10, remembered.size()); distance++) {
          var earlier = remembered.get(remembered.size() - distance);
          count(viewedTogether, touch.item(), earlier);
          count(viewedTogether, earlier, touch.item());
        }
      }
      remembered.add(touch.item());
      if (remembered.size() > 20) {
        remembered.remove(0);
      }
    }
  }

  private static void count(
      Map<String, Map<String, Integer>> pairs, String item, String neighbour) {
    pairs.computeIfAbsent(item, i -> new TreeMap<>()).merge(neighbour, 1, Integer::sum);
  }
}

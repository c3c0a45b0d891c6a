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

  private record Touch(long timeMs, long order, String item) {}

  private static final class Invoice {
    final boolean cancellation;
    final String shopper;
    long timeMs;
    final List<String> items = new ArrayList<>();
    final Map<String, Integer> pieces = new LinkedHashMap<>();

    Invoice(String id, String customer) {
      cancellation = id.startsWith("C");
      shopper = customer.isEmpty() ? "guest-" + id : customer;
    }
  }

  /** What of an order counts: pieces left of its first thirty items. */
  private record Kept(Map<String, Integer> pieces) {}

  OnlineRetailCounts(Path file) throws IOException {
    var invoices = new ArrayList<>(invoices(file).values());
    var touches = new TreeMap<String, List<Touch>>();
    var number = 0L;
    for (var placed : invoices) {
      if (placed.cancellation) {
        continue;
      }
      var step = Math.min(20_000, 3_600_000 / placed.items.size());
      for (var line = 0; line < placed.items.size(); line++) {
        var at = placed.timeMs - (long) (placed.items.size() - line) * step;
        var list = touches.computeIfAbsent(placed.shopper, s -> new ArrayList<>());
        list.add(new Touch(at, number++, placed.items.get(line)));
        list.add(new Touch(at + step / 2, number++, placed.items.get(line)));
      }
    }
    invoices.sort(Comparator.comparingLong(invoice -> invoice.timeMs));
    var keptOrders = new TreeMap<String, List<Kept>>();
    for (var invoice : invoices) {
      var kept = keptOrders.computeIfAbsent(invoice.shopper, s -> new ArrayList<>());
      if (invoice.cancellation) {
        takeBack(invoice.pieces, kept);
      } else {
        countOrder(invoice, kept);
      }
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
        var quantity = Integer.parseInt(fields.get(3));
        if (goods
            && (id.startsWith("C") ? quantity < 0 : quantity > 0)
            && Math.round(Double.parseDouble(fields.get(5)) * 100) > 0) {
          var invoice = invoices.computeIfAbsent(id, i -> new Invoice(i, fields.get(6)));
          invoice.timeMs = Math.max(invoice.timeMs, timeMs);
          invoice.items.add(item);
          invoice.pieces.merge(item, Math.abs(quantity), Integer::sum);
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

  private void countOrder(Invoice invoice, List<Kept> kept) {
    var pieces = new LinkedHashMap<String, Integer>();
    invoice.pieces.entrySet().stream()
        .limit(30)
        .forEach(item -> pieces.put(item.getKey(), item.getValue()));
    for (var item : pieces.keySet()) {
      bought.merge(item, 1L, Long::sum);
      for (var other : pieces.keySet()) {
        if (!other.equals(item)) {
          count(boughtTogether, item, other, 1);
        }
      }
    }
    kept.add(new Kept(pieces));
    if (kept.size() > 20) {
      kept.remove(0);
    }
  }

  /** From the newest order that holds the item to the oldest, piece by piece. */
  private void takeBack(Map<String, Integer> returned, List<Kept> kept) {
    for (var line : returned.entrySet()) {
      var item = line.getKey();
      for (var i = kept.size() - 1; i >= 0; i--) {
        var pieces = kept.get(i).pieces();
        for (var left = line.getValue(); left > 0 && pieces.containsKey(item); left--) {
          line.setValue(left - 1);
          if (pieces.merge(item, -1, Integer::sum) == 0) {
            pieces.remove(item);
            bought.merge(item, -1L, Long::sum);
            for (var other : pieces.keySet()) {
              count(boughtTogether, item, other, -1);
              count(boughtTogether, other, item, -1);
            }
          }
        }
      }
    }
    kept.removeIf(order -> order.pieces().isEmpty());
  }

  private void countVisits(List<Touch> touches) {
    touches.sort(Comparator.comparingLong(Touch::timeMs).thenComparingLong(Touch::order));
    var remembered = new ArrayList<String>();
    // Of the shopper's day: items counted that the visit does not remember, the newest 64.
    var earlier = new ArrayList<String>();
    var dayStartMs = Long.MIN_VALUE / 2;
    var counted = 0;
    var newestMs = Long.MIN_VALUE / 2;
    for (var touch : touches) {
      if (touch.timeMs() - newestMs > HALF_AN_HOUR_MS) {
        earlier.addAll(remembered);
        remembered.clear();
        if (touch.timeMs() - dayStartMs >= 48 * HALF_AN_HOUR_MS) {
          earlier.clear();
          counted = 0;
          dayStartMs = touch.timeMs();
        }
      }
      newestMs = touch.timeMs();
      if (!remembered.remove(touch.item())) {
        keepNewest(earlier);
        if (counted < 300 && !earlier.contains(touch.item())) {
          counted++;
          viewed.merge(touch.item(), 1L, Long::sum);
          for (var distance = 1; distance <= Math.min(10, remembered.size()); distance++) {
            var before = remembered.get(remembered.size() - distance);
            count(viewedTogether, touch.item(), before, 1);
            count(viewedTogether, before, touch.item(), 1);
          }
        }
      }
      remembered.add(touch.item());
      if (remembered.size() > 20) {
        earlier.add(remembered.remove(0));
      }
    }
  }

  private static void keepNewest(List<String> earlier) {
    while (earlier.size() > 64) {
      earlier.remove(0);
    }
  }

  private static void count(
      Map<String, Map<String, Integer>> pairs, String item, String neighbour, int change) {
    pairs
        .computeIfAbsent(item, i -> new TreeMap<>())
        .merge(
            neighbour,
            change,
            (before, more) -> before + more == 0 ? null : Integer.valueOf(before + more));
  }
}

package io.shopstream.load.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.OrderKind;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Listed;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The file that ships, read whole, against a recount that shares nothing with the reader. */
class OnlineRetailTest {

  private static final long MINUTE_MS = 60_000;

  /** What one order holds, by item. */
  private record Recounted(boolean cancelled, long timeMs, Map<String, Long> pieces, long pence) {}

  @Test
  void shouldTellEveryInvoiceOnceAndItsClicksBefore() throws IOException {
    var expected = recount();
    var dataset = OnlineRetail.shipped();
    var contents = dataset.contents();

    var orders = new HashSet<String>();
    var views = new HashMap<String, Map<String, Integer>>();
    var carts = new HashMap<String, Map<String, Long>>();
    var newestClick = new HashMap<String, Long>();
    var eventIds = new HashSet<String>();
    var titles = new HashMap<String, String>();
    var listed = titles.keySet();
    var previousMs = Long.MIN_VALUE;
    var firstMs = Long.MAX_VALUE;
    var clicks = 0L;
    long refused;
    try (var reader = dataset.open(0)) {
      while (reader.hasNext()) {
        var event = reader.next();
        firstMs = Math.min(firstMs, event.timeMs());
        if (event.timeMs() < previousMs) {
          throw new AssertionError("Out of order: " + event);
        }
        previousMs = event.timeMs();
        if (event instanceof Clicked clicked) {
          clicks++;
          var click = clicked.value();
          var invoice = click.getEventId().substring(0, click.getEventId().indexOf('-'));
          if (!eventIds.add(click.getEventId()) || !listed.contains(click.getItemId())) {
            throw new AssertionError("Twice, or before its item: " + click);
          }
          var before = newestClick.put(invoice, click.getTimeMs());
          if (before != null && click.getTimeMs() - before > 30 * MINUTE_MS) {
            throw new AssertionError("Not the same visit: " + click);
          }
          switch (click.getType()) {
            case VIEW ->
                views
                    .computeIfAbsent(invoice, id -> new HashMap<>())
                    .merge(click.getItemId(), 1, Integer::sum);
            case ADD_TO_CART ->
                carts
                    .computeIfAbsent(invoice, id -> new HashMap<>())
                    .merge(click.getItemId(), (long) click.getQuantity(), Long::sum);
            default -> throw new AssertionError(click);
          }
        } else if (event instanceof Ordered ordered) {
          var order = ordered.value();
          var recounted = expected.get(order.getOrderId());
          assertThat(recounted).as(order.getOrderId()).isNotNull();
          assertThat(orders.add(order.getOrderId())).isTrue();
          assertThat(order.getTimeMs()).isEqualTo(recounted.timeMs());
          assertThat(order.getAmountMinor()).isEqualTo(recounted.pence());
          assertThat(order.getKind())
              .isEqualTo(recounted.cancelled() ? OrderKind.CANCELLED : OrderKind.PLACED);
          var pieces = new HashMap<String, Long>();
          order
              .getLines()
              .forEach(
                  line -> pieces.merge(line.getItemId(), (long) line.getQuantity(), Long::sum));
          assertThat(pieces).isEqualTo(recounted.pieces());
          assertThat(listed.containsAll(pieces.keySet())).isTrue();
          if (recounted.cancelled()) {
            assertThat(views.containsKey(order.getOrderId())).isFalse();
          } else {
            assertThat(carts.remove(order.getOrderId())).isEqualTo(pieces);
            assertThat(views.remove(order.getOrderId()).keySet()).isEqualTo(pieces.keySet());
            assertThat(order.getTimeMs() - newestClick.get(order.getOrderId()))
                .isBetween(1L, 30 * MINUTE_MS);
          }
        } else if (event instanceof Listed item) {
          assertThat(titles.put(item.value().getItemId(), item.value().getTitle())).isNull();
        }
      }
      refused = reader.refusals().total();
    }

    assertThat(orders).isEqualTo(expected.keySet());
    assertThat(views).isEmpty();
    assertThat(carts).isEmpty();
    assertThat(contents)
        .isEqualTo(new Dataset.Contents(clicks, orders.size(), listed.size(), firstMs, previousMs));
    assertThat(contents.clicks()).isEqualTo(1_055_350);
    assertThat(contents.orders()).isEqualTo(23_191);
    assertThat(contents.catalogItems()).isEqualTo(3_809);
    assertThat(refused).isEqualTo(5_531);
    assertThat(titles)
        .containsEntry("85123A", "WHITE HANGING HEART T-LIGHT HOLDER")
        .containsEntry("22197", "POPCORN HOLDER")
        .containsEntry("22423", "REGENCY CAKESTAND 3 TIER");
    assertThat(titles.values())
        .noneMatch(String::isBlank)
        .noneMatch(title -> title.equals(title.toLowerCase(Locale.ROOT)));
  }

  @Test
  void shouldMoveAllTimesByTheShiftAndChangeNothingElse() throws IOException {
    var dataset = OnlineRetail.shipped();
    try (var original = dataset.open(0);
        var shifted = dataset.open(1_234_567)) {
      for (var i = 0; i < 20_000; i++) {
        var one = original.next();
        var other = shifted.next();
        assertThat(other.timeMs()).isEqualTo(one.timeMs() + 1_234_567);
        assertThat(other.key()).isEqualTo(one.key());
        assertThat(other.topic()).isEqualTo(one.topic());
        if (one instanceof Clicked a && other instanceof Clicked b) {
          assertThat(b.value().getEventId()).isEqualTo(a.value().getEventId());
        }
      }
    }
  }

  private static Map<String, Recounted> recount() throws IOException {
    var services = Set.of("23444", "22016", "23702");
    var invoices = new HashMap<String, Recounted>();
    var lastTime = new HashMap<String, Long>();
    try (var in = OnlineRetailTest.class.getResourceAsStream("/datasets/online-retail.csv.gz");
        var lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
      lines.readLine();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        // The description is the only field that may hold commas, so count from both ends.
        var fields = line.split(",", -1);
        var n = fields.length;
        var id = fields[0];
        var item = fields[1].toUpperCase(Locale.ROOT);
        var quantity = Long.parseLong(fields[n - 5]);
        var timeMs =
            LocalDateTime.parse(fields[n - 4].replace(' ', 'T'))
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
        var pence = Math.round(Double.parseDouble(fields[n - 3]) * 100);
        lastTime.merge(id, timeMs, Math::max);
        var cancelled = id.charAt(0) == 'C';
        var numbered =
            item.length() >= 5 && item.substring(0, 5).chars().allMatch(Character::isDigit);
        var goods = (numbered || item.startsWith("DCGS")) && !services.contains(item);
        if (goods && pence > 0 && (cancelled ? quantity < 0 : quantity > 0)) {
          invoices.merge(
              id,
              new Recounted(
                  cancelled, timeMs, Map.of(item, Math.abs(quantity)), pence * Math.abs(quantity)),
              OnlineRetailTest::together);
        }
      }
    }
    invoices.replaceAll(
        (id, invoice) ->
            new Recounted(
                invoice.cancelled(), lastTime.get(id), invoice.pieces(), invoice.pence()));
    return invoices;
  }

  private static Recounted together(Recounted one, Recounted other) {
    var pieces = new HashMap<>(one.pieces());
    other.pieces().forEach((item, count) -> pieces.merge(item, count, Long::sum));
    return new Recounted(one.cancelled(), one.timeMs(), pieces, one.pence() + other.pence());
  }
}

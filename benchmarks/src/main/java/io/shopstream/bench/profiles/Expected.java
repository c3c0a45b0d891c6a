package io.shopstream.bench.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What a customer's profile must say, recomputed from the invoices by the definitions of {@code
 * docs/profiles.md}, with lists and sums and no class of the applications.
 *
 * @param firstMs time of the first order; 0 without one
 * @param lastMs time of the newest order that was not taken back as a whole; 0 without one
 */
record Expected(
    long orders,
    long takenBack,
    long frequency,
    long pence,
    long firstMs,
    long lastMs,
    double mean,
    double deviation) {

  private static final int REMEMBERED = 8;
  private static final long DAY_MS = 86_400_000;

  private static final class Placed {
    final RetailFile.Invoice invoice;
    boolean counts = true;

    Placed(RetailFile.Invoice invoice) {
      this.invoice = invoice;
    }
  }

  /**
   * Recomputes one customer.
   *
   * @param invoices in ascending time
   */
  static Expected of(List<RetailFile.Invoice> invoices) {
    var all = new ArrayList<Placed>();
    var remembered = new ArrayList<Placed>();
    var net = 0L;
    for (var invoice : invoices) {
      if (!invoice.cancellation()) {
        net += invoice.pence();
        var placed = new Placed(invoice);
        all.add(placed);
        remembered.add(placed);
        if (remembered.size() > REMEMBERED) {
          remembered.remove(0);
        }
      } else {
        net -= invoice.pence();
        for (var i = remembered.size() - 1; i >= 0; i--) {
          if (remembered.get(i).invoice.pence() == invoice.pence()) {
            remembered.remove(i).counts = false;
            break;
          }
        }
      }
    }
    var counting = all.stream().filter(placed -> placed.counts).toList();
    var values = all.stream().mapToLong(placed -> placed.invoice.pence()).toArray();
    var mean = LongStream.of(values).average().orElse(0);
    var squares = LongStream.of(values).mapToDouble(value -> Math.pow(value - mean, 2)).sum();
    return new Expected(
        all.size(),
        all.size() - counting.size(),
        counting.size(),
        net,
        all.isEmpty() ? 0 : all.get(0).invoice.timeMs(),
        counting.isEmpty() ? 0 : counting.get(counting.size() - 1).invoice.timeMs(),
        mean,
        all.size() < 2 ? 0 : Math.sqrt(squares / (all.size() - 1)));
  }

  /** What differs from this, by the names of the answer; empty when all is equal. */
  Map<String, String> differences(Answered answered, long shiftMs) {
    var differences = new TreeMap<String, String>();
    compare(differences, "orders", orders, answered.orders());
    compare(differences, "orders_taken_back", takenBack, answered.takenBack());
    compare(differences, "frequency", frequency, answered.frequency());
    compare(differences, "monetary_minor", pence, answered.pence());
    compare(differences, "first_order_time", shifted(firstMs, shiftMs), answered.firstMs());
    compare(differences, "last_order_time", shifted(lastMs, shiftMs), answered.lastMs());
    if (Math.abs(mean - answered.mean()) > 1e-6 * Math.max(1, mean)) {
      differences.put("order_value_mean", mean + " but was " + answered.mean());
    }
    if (Math.abs(deviation - answered.deviation()) > 1e-6 * Math.max(1, deviation)) {
      differences.put("order_value_deviation", deviation + " but was " + answered.deviation());
    }
    var counts = frequency > 0;
    var days = (answered.asOfMs() - shifted(lastMs, shiftMs)) / (double) DAY_MS;
    var recency =
        !counts ? 0 : days <= 30 ? 5 : days <= 60 ? 4 : days <= 120 ? 3 : days <= 240 ? 2 : 1;
    var often =
        !counts ? 0 : frequency >= 12 ? 5 : frequency >= 6 ? 4 : frequency >= 3 ? 3 : frequency;
    var much =
        !counts
            ? 0
            : pence >= 500_000
                ? 5
                : pence >= 200_000 ? 4 : pence >= 75_000 ? 3 : pence >= 25_000 ? 2 : 1;
    compare(differences, "recency_score", recency, answered.recencyScore());
    compare(differences, "frequency_score", often, answered.frequencyScore());
    compare(differences, "monetary_score", much, answered.monetaryScore());
    return differences;
  }

  private static long shifted(long timeMs, long shiftMs) {
    return timeMs == 0 ? 0 : timeMs + shiftMs;
  }

  private static void compare(
      Map<String, String> differences, String name, long expected, long answered) {
    if (expected != answered) {
      differences.put(name, expected + " but was " + answered);
    }
  }
}

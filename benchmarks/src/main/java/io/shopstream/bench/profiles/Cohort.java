package io.shopstream.bench.profiles;

import io.shopstream.streams.profile.value.OrderHistory;
import io.shopstream.streams.profile.value.PurchaseRhythm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The customers that bought before a day, as they were known then, and who of them came back after
 * it.
 *
 * @param cutMs the day, in milliseconds since 1970-01-01 UTC
 * @param before invoices before it, by customer
 * @param after times of orders after it, by the same customers
 */
record Cohort(
    long cutMs, Map<String, List<RetailFile.Invoice>> before, Map<String, List<Long>> after) {

  static Cohort of(RetailFile file, long cutMs) {
    var before = new LinkedHashMap<String, List<RetailFile.Invoice>>();
    var after = new LinkedHashMap<String, List<Long>>();
    file.byCustomer()
        .forEach(
            (customer, invoices) -> {
              var known = invoices.stream().filter(each -> each.timeMs() < cutMs).toList();
              if (known.stream().anyMatch(each -> !each.cancellation())) {
                before.put(customer, known);
                after.put(
                    customer,
                    invoices.stream()
                        .filter(each -> each.timeMs() >= cutMs && !each.cancellation())
                        .map(RetailFile.Invoice::timeMs)
                        .toList());
              }
            });
    return new Cohort(cutMs, before, after);
  }

  /** Whether a customer ordered within a time after the cut. */
  boolean cameBack(String customer, Duration within) {
    return after.get(customer).stream().anyMatch(time -> time < cutMs + within.toMillis());
  }

  /** The customers' rhythms, by the class that serves. */
  Map<String, PurchaseRhythm> rhythms() {
    var rhythms = new LinkedHashMap<String, PurchaseRhythm>();
    before.forEach(
        (customer, invoices) -> {
          var orders = new OrderHistory();
          var number = 0;
          for (var invoice : invoices) {
            if (!invoice.cancellation()) {
              orders.placed(number++, invoice.pence(), "GBP", invoice.lines(), invoice.timeMs());
            }
          }
          rhythms.put(customer, orders.rhythm().orElseThrow());
        });
    return rhythms;
  }
}

package io.shopstream.bench.fraud;

import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.OrderFacts;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The simulated card transactions of the Fraud Detection Handbook (Y.-A. Le Borgne et al., 2022)
 * and its prequential protocol: four test weeks that begin on 2018-08-08 and 7, 14 and 21 days
 * before, outcomes known after seven days, and no transaction of a customer who is known to be
 * compromised by then. Known means a fraud on a day that ended at least seven days ago and not
 * before the training week of that fold, as in the handbook's own code. The four weeks before those
 * are for validation.
 */
final class Handbook {
  static final List<String> HEADER =
      List.of("tx_seconds", "customer_id", "terminal_id", "amount_cents", "fraud_scenario");

  private static final LocalDate FIRST_DAY = LocalDate.of(2018, 4, 1);
  private static final LocalDate LAST_TEST_WEEK = LocalDate.of(2018, 8, 8);
  private static final int WEEK = 7;
  private static final int WEEKS = 4;
  static final Duration DELAY = Duration.ofDays(WEEK);

  private static final long START_MS =
      FIRST_DAY.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  private static final long DAY_MS = 86_400_000;

  private final List<Week> weeks = new ArrayList<>();
  private final Map<String, TreeSet<Long>> fraudDays = new HashMap<>();

  /** A test week and the scores of its orders. */
  record Week(LocalDate begins, long firstDay, List<Scored> scored) {
    boolean holds(long day) {
      return day >= firstDay && day < firstDay + WEEK;
    }
  }

  /**
   * @param validation whether to use the four weeks before the test weeks
   */
  Handbook(boolean validation) {
    LocalDate last = validation ? LAST_TEST_WEEK.minusWeeks(WEEKS) : LAST_TEST_WEEK;
    for (int i = WEEKS - 1; i >= 0; i--) {
      LocalDate begins = last.minusWeeks(i);
      weeks.add(new Week(begins, begins.toEpochDay() - FIRST_DAY.toEpochDay(), new ArrayList<>()));
    }
  }

  /** The test weeks, in the order of time. */
  List<Week> weeks() {
    return weeks;
  }

  /** Reads the orders up to the end of the last week. */
  void orders(OrderFile file, Consumer<LabelledOrder> each) throws IOException {
    long end = weeks.get(WEEKS - 1).firstDay + WEEK;
    long[] before = {0};
    file.rows(
        row -> {
          long seconds = row.whole("tx_seconds", 0);
          if (seconds < before[0]) {
            throw row.wrong("tx_seconds", "must not be before the line above");
          }
          before[0] = seconds;
          if (seconds / 86_400 >= end) {
            return;
          }
          OrderFacts order =
              new OrderFacts.Builder(
                      Long.toString(row.line()),
                      START_MS + seconds * 1000,
                      row.whole("amount_cents", 0))
                  .id(EntityType.USER, row.text("customer_id"))
                  .id(EntityType.SELLER, row.text("terminal_id"))
                  .build();
          each.accept(new LabelledOrder(order, row.whole("fraud_scenario", 0) > 0));
        });
  }

  /** Takes the score of an order into its week, unless its customer is known to be compromised. */
  void add(Scored scored) {
    long day = (scored.timeMs() - START_MS) / DAY_MS;
    if (scored.fraud()) {
      fraudDays.computeIfAbsent(scored.party(), c -> new TreeSet<>()).add(day);
    }
    for (Week week : weeks) {
      if (week.holds(day) && !knownCompromised(scored.party(), week, day)) {
        week.scored.add(scored);
      }
    }
  }

  private boolean knownCompromised(String customer, Week week, long day) {
    TreeSet<Long> days = fraudDays.get(customer);
    Long newestKnown = days == null ? null : days.floor(day - WEEK - 1);
    return newestKnown != null && newestKnown >= week.firstDay - 2 * WEEK;
  }
}

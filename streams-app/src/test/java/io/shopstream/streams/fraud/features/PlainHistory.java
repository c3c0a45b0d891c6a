package io.shopstream.streams.fraud.features;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The features of an entity by their definition, computed anew from the list of everything that
 * ever happened to it. The yardstick for {@link EntityState}.
 */
public final class PlainHistory {
  private record PastOrder(OrderPart part, long seenMs) {}

  private final EntityType type;
  private final List<PastOrder> orders = new ArrayList<>();
  private final List<OutcomePart> outcomes = new ArrayList<>();
  private long clockMs;

  public PlainHistory(EntityType type) {
    this.type = type;
  }

  public void add(OrderPart order) {
    clockMs = Math.max(clockMs, order.timeMs());
    orders.add(new PastOrder(order, clockMs));
  }

  public void add(OutcomePart outcome) {
    clockMs = Math.max(clockMs, outcome.knownTimeMs());
    outcomes.add(outcome);
  }

  private static boolean inside(long timeMs, long now, long cellMs, int cells) {
    return timeMs / cellMs > now / cellMs - cells;
  }

  private List<OrderPart> in(Window window, long now) {
    return orders.stream()
        .map(PastOrder::part)
        .filter(o -> inside(o.timeMs(), now, window.cellMs(), window.cells()))
        .toList();
  }

  private long known(int quarters, long now, Predicate<OutcomePart> which) {
    return outcomes.stream()
        .filter(o -> inside(o.knownTimeMs(), now, 6 * 3_600_000L, quarters))
        .filter(which)
        .count();
  }

  private static double sum(List<OrderPart> some) {
    return some.stream().mapToLong(OrderPart::amountMinor).sum() / 100.0;
  }

  private static float mean(List<OrderPart> some) {
    return some.isEmpty() ? Float.NaN : (float) (sum(some) / some.size());
  }

  private static float rate(long frauds, long all) {
    return all == 0 ? Float.NaN : (float) frauds / (all + 1);
  }

  public float[] features(OrderPart order) {
    long now = Math.max(clockMs, order.timeMs());
    double amount = order.amountMinor() / 100.0;
    List<Float> f = new ArrayList<>();
    for (Window window : Window.values()) {
      f.add((float) in(window, now).size());
    }
    f.add((float) orders.size());
    f.add((float) sum(in(Window.DAY, now)));
    f.add(mean(in(Window.DAY, now)));
    f.add(mean(in(Window.WEEK, now)));
    f.add(mean(in(Window.MONTH, now)));

    // The amounts of frauds do not count into what is usual.
    List<Double> sound = new ArrayList<>();
    orders.forEach(o -> sound.add(o.part.amountMinor() / 100.0));
    outcomes.stream()
        .filter(OutcomePart::fraud)
        .forEach(o -> sound.remove(o.amountMinor() / 100.0));
    double mean = sound.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
    double spread = sound.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    double deviation = Math.sqrt((spread + 2 * (mean * mean / 4 + 0.01)) / (sound.size() + 1));
    f.add((float) ((amount - mean) / deviation));
    f.add((float) (amount / (mean + 0.01)));
    double max = orders.stream().mapToLong(o -> o.part.amountMinor()).max().orElse(0) / 100.0;
    f.add(orders.isEmpty() ? Float.NaN : (float) (amount / (max + 0.01)));
    double recent =
        in(Window.WEEK, now).stream().mapToLong(OrderPart::amountMinor).max().orElse(0) / 100.0;
    f.add(recent > 0 ? (float) (recent / (mean + 0.01)) : Float.NaN);
    long first = orders.stream().mapToLong(o -> o.part.timeMs()).min().orElse(0);
    long last = orders.stream().mapToLong(o -> o.part.timeMs()).max().orElse(0);
    f.add(orders.isEmpty() ? Float.NaN : (now - first) / 1000f);
    f.add(orders.isEmpty() ? Float.NaN : (now - last) / 1000f);

    f.add((float) known(4, now, OutcomePart::fraud));
    f.add((float) known(28, now, OutcomePart::fraud));
    f.add((float) known(120, now, OutcomePart::fraud));
    long frauds = outcomes.stream().filter(OutcomePart::fraud).count();
    f.add((float) frauds);
    f.add((float) known(120, now, o -> true));
    f.add(rate(known(28, now, OutcomePart::fraud), known(28, now, o -> true)));
    f.add(rate(known(120, now, OutcomePart::fraud), known(120, now, o -> true)));
    f.add(rate(frauds, outcomes.size()));
    addRuns(f, now);
    for (Partner partner : type.partners()) {
      addPartners(f, partner, order, now);
    }
    float[] result = new float[f.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = f.get(i);
    }
    return result;
  }

  private void addRuns(List<Float> f, long now) {
    f.addAll(run(OutcomePart::fraud, now).subList(1, 4));
    long streak = 0;
    for (int i = outcomes.size() - 1; i >= 0 && outcomes.get(i).fraud(); i--) {
      streak++;
    }
    f.add((float) streak);
    List<Float> unexpected = run(o -> o.fraud() && o.probability() < 0.5, now);
    f.addAll(List.of(unexpected.get(0), unexpected.get(1), unexpected.get(3)));
  }

  /**
   * Frauds no more than thirty days apart are a run; of the newest run: how many, days since it
   * began, days since its last, sound orders after it.
   */
  private List<Float> run(Predicate<OutcomePart> which, long now) {
    long gap = 30L * 86_400_000;
    long begin = 0;
    long last = Long.MIN_VALUE;
    int newest = -1;
    float count = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      long time = outcomes.get(i).orderTimeMs();
      if (!which.test(outcomes.get(i))) {
        continue;
      }
      if (newest < 0 || time > last + gap) {
        begin = time;
        count = 0;
      } else if (time >= begin - gap) {
        begin = Math.min(begin, time);
      }
      count++;
      if (time >= last) {
        last = time;
        newest = i;
      }
    }
    if (newest < 0) {
      return List.of(0f, Float.NaN, Float.NaN, Float.NaN);
    }
    long end = last;
    long sound =
        outcomes.subList(newest + 1, outcomes.size()).stream()
            .filter(o -> !o.fraud() && o.orderTimeMs() > end)
            .count();
    return List.of(
        count,
        Math.max(0, now - begin) / 86_400_000f,
        Math.max(0, now - last) / 86_400_000f,
        (float) sound);
  }

  private void addPartners(List<Float> f, Partner partner, OrderPart order, long now) {
    long own = order.partner(partner);
    for (Window window : List.of(Window.HOUR, Window.DAY, Window.MONTH)) {
      Set<Long> distinct = new LinkedHashSet<>();
      for (PastOrder past : orders) {
        if (past.seenMs > now - window.lengthMs()) {
          distinct.add(past.part.partner(partner));
        }
      }
      distinct.add(own);
      distinct.remove(0L);
      f.add((float) distinct.size());
    }
    Set<Long> ever = new LinkedHashSet<>();
    orders.forEach(past -> ever.add(past.part.partner(partner)));
    ever.remove(0L);
    boolean isNew = own != 0 && !ever.contains(own);
    f.add((float) (ever.size() + (isNew ? 1 : 0)));
    f.add(own == 0 ? Float.NaN : isNew && !orders.isEmpty() ? 1f : 0f);
  }
}

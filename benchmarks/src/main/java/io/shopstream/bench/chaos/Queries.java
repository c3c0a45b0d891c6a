package io.shopstream.bench.chaos;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Asks at a steady rate, whatever becomes of the questions before, and judges each answer: it must
 * be there within a second, hold what is known, and be right unless it is marked as stale.
 */
final class Queries {

  private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MOST_UNDER_WAY = 256;
  private static final int MOST_EXAMPLES = 5;

  /** Counts since the beginning or the last {@link #take}. */
  record Tally(long sent, long failed, long stale, long slowestMs, List<String> examples) {}

  private record Counts(long views, long orders) {}

  private final Shop shop;
  private final Load load;
  private final double rate;
  private final Random random;
  private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
  private final Map<String, Long> supports = new HashMap<>();
  private final Map<String, Counts> profiles = new HashMap<>();
  private final List<String> stillItems = new ArrayList<>();
  private final List<String> stillVisitors = new ArrayList<>();
  private List<String> examples = new ArrayList<>();
  private long sent;
  private long failed;
  private long stale;
  private long slowestNanos;
  private volatile boolean asking;

  Queries(Shop shop, Load load, double rate, long seed) {
    this.shop = shop;
    this.load = load;
    this.rate = rate;
    this.random = new Random(seed);
  }

  /** From now on nothing happens any more to the items and visitors that are asked for. */
  void learn(Recount recount) {
    recount.viewed.forEach(
        (item, support) -> {
          if (item.contains(Load.STILL)) {
            supports.put(item, support);
          }
        });
    recount.visitors.forEach(
        (id, visitor) -> {
          if (id.contains(Load.STILL)) {
            profiles.put(id, new Counts(visitor.views, visitor.orders));
          }
        });
    stillItems.addAll(supports.keySet());
    stillVisitors.addAll(profiles.keySet());
  }

  void ask(boolean on) {
    asking = on;
  }

  /** The counts, which begin anew. */
  synchronized Tally take() {
    var tally = new Tally(sent, failed, stale, slowestNanos / 1_000_000, examples);
    sent = 0;
    failed = 0;
    stale = 0;
    slowestNanos = 0;
    examples = new ArrayList<>();
    return tally;
  }

  /** Asks until the thread is interrupted. */
  void run() {
    AtARate.run(
        rate,
        () -> {
          if (asking) {
            askOne();
          }
        });
  }

  private void askOne() {
    switch (random.nextInt(4)) {
      case 0 -> {
        var item = stillItems.get(random.nextInt(stillItems.size()));
        ask("/v1/items/" + item + "/similar?limit=5", answer -> similar(item, answer));
      }
      case 1 -> {
        var visitor = stillVisitors.get(random.nextInt(stillVisitors.size()));
        ask("/v1/users/" + visitor + "/profile", answer -> profile(visitor, answer));
      }
      case 2 -> {
        var visitor = stillVisitors.get(random.nextInt(stillVisitors.size()));
        ask("/v1/users/" + visitor + "/recommendations?limit=5", Queries::recommendations);
      }
      default -> {
        var visitor = load.knownVisitor(random);
        if (visitor != null) {
          ask(
              "/v1/users/" + visitor + "/profile",
              answer -> answer.body().path("visits").asLong() > 0 ? null : "knows no visit");
        }
      }
    }
  }

  /** Says what is wrong with an answer; null when nothing is. */
  private interface Check {
    String wrong(Shop.Answer answer);
  }

  private void ask(String path, Check check) {
    synchronized (this) {
      sent++;
    }
    if (!underWay.tryAcquire()) {
      failed(path, "too many questions are without answer");
      return;
    }
    var begin = System.nanoTime();
    var unused =
        shop.get(path)
            .whenComplete(
                (answer, failure) -> {
                  underWay.release();
                  if (failure != null) {
                    failed(path, "after " + ms(System.nanoTime() - begin) + ": " + failure);
                  } else {
                    judge(path, answer, check);
                  }
                });
  }

  private static String ms(long nanos) {
    return nanos / 1_000_000 + " ms";
  }

  private synchronized void judge(String path, Shop.Answer answer, Check check) {
    slowestNanos = Math.max(slowestNanos, answer.nanos());
    if (answer.status() / 100 != 2) {
      failed(
          path, "status " + answer.status() + " after " + ms(answer.nanos()) + " " + answer.body());
      return;
    }
    if (answer.nanos() > LONGEST_NANOS) {
      failed(path, ms(answer.nanos()));
      return;
    }
    var state = answer.body().path("state");
    if (state.path("unavailable_rows").asInt() > 0) {
      failed(path, "without " + state.path("unavailable_rows") + " rows");
      return;
    }
    var marked = state.path("stale").asBoolean();
    if (marked) {
      stale++;
    }
    var wrong = check.wrong(answer);
    if (wrong != null && (!marked || wrong.startsWith("knows no"))) {
      failed(path, wrong + (marked ? ", marked stale" : ""));
    }
  }

  private synchronized void failed(String path, String why) {
    failed++;
    if (examples.size() < MOST_EXAMPLES) {
      examples.add("%tT.%1$tL %s: %s".formatted(LocalTime.now(ZoneId.systemDefault()), path, why));
    }
  }

  private String similar(String item, Shop.Answer answer) {
    var support = answer.body().path("support").asLong();
    if (support == 0 || answer.body().path("similar").isEmpty()) {
      return "knows no visit with it";
    }
    var wanted = supports.get(item);
    return support == wanted ? null : "support %d instead of %d".formatted(support, wanted);
  }

  private String profile(String visitor, Shop.Answer answer) {
    var views = answer.body().path("views").asLong();
    var orders = answer.body().path("orders").asLong();
    if (views == 0) {
      return "knows no view";
    }
    var wanted = profiles.get(visitor);
    return views == wanted.views() && orders == wanted.orders()
        ? null
        : "%d views and %d orders instead of %d and %d"
            .formatted(views, orders, wanted.views(), wanted.orders());
  }

  private static String recommendations(Shop.Answer answer) {
    return answer.body().path("recommendations").isEmpty() ? "knows no item to show" : null;
  }
}

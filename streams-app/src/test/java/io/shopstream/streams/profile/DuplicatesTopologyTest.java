package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.Click;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.ProfileMove;
import io.shopstream.events.state.ItemHash;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import io.shopstream.streams.store.RowStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event counts once, wherever it is remembered: in the row of the profile or in the store. */
class DuplicatesTopologyTest extends TopologyTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @BeforeEach
  void start() {
    start(UserProfilesTopologyTest.topology(serdes));
  }

  @Test
  void shouldRememberTheHourUnderWayInTheProfileAlone() {
    var a = view("v", "a", NOON);
    var b = view("v", "b", NOON.plusSeconds(30));
    pipe(a, b, a, b);

    assertThat(state("v").views()).isEqualTo(2);
    assertThat(state("v").hourEvents().size()).isEqualTo(2);
    assertThat(seenRows()).isEmpty();
  }

  @Test
  void shouldRememberAnHourInTheStoreWhenTheNextBegins() {
    var first = view("v", "a", NOON.minus(HOUR));
    var second = view("v", "b", NOON.minus(HOUR).plusSeconds(30));
    var next = view("v", "c", NOON);
    pipe(first, second, next, first, second, next);

    assertThat(state("v").views()).isEqualTo(3);
    assertThat(state("v").hourEvents().contains(ItemHash.of(next.getEventId()))).isTrue();
    assertThat(seenRows()).containsExactly(key("v", NOON.minus(HOUR)));
  }

  @Test
  void shouldRememberWhatComesLateInItsOwnHour() {
    var now = view("v", "a", NOON);
    var late = view("v", "b", NOON.minus(HOUR.multipliedBy(3)));
    var later = view("v", "c", NOON.minus(HOUR.multipliedBy(2)));
    pipe(now, late, later, late, now, later, late);

    assertThat(state("v").views()).isEqualTo(3);
    assertThat(state("v").hourEvents().hour()).isEqualTo(SeenEvents.hour(NOON.toEpochMilli()));
    assertThat(seenRows())
        .containsExactly(
            key("v", NOON.minus(HOUR.multipliedBy(3))), key("v", NOON.minus(HOUR.multipliedBy(2))));
  }

  @Test
  void shouldRememberAnHourInTheStoreWhenItsEventsAreMany() {
    var clicks = clicks(HourEvents.MAX_EVENTS + 20);
    pipe(clicks);
    pipe(clicks);

    assertThat(state("v").views()).isEqualTo(clicks.length);
    assertThat(state("v").hourEvents().hasList()).isFalse();
    assertThat(seenRows()).containsExactly(key("v", NOON));

    var next = view("v", "next", NOON.plusSeconds(2));
    var early = view("v", "early", NOON.minus(HOUR));
    pipe(next, early, next, early);
    pipe(clicks);
    assertThat(state("v").views()).isEqualTo(clicks.length + 2);
  }

  @Test
  void shouldRememberAnHourInTheStoreBeforeAnythingOfALongProfileHasToGo() {
    var clicks =
        IntStream.range(0, 62)
            .mapToObj(i -> view("v", "%064d".formatted(i), NOON.plusSeconds(i)))
            .toArray(Click[]::new);
    pipe(clicks);
    pipe(clicks);

    assertThat(state("v").views()).isEqualTo(62);
    assertThat(profiles().get(Shoppers.key("v")).length).isLessThanOrEqualTo(UserState.MAX_BYTES);
    assertThat(state("v").visit().size()).isEqualTo(VisitPairs.Settings.DEFAULT.memory());
    assertThat(seenRows()).containsExactly(key("v", NOON));
  }

  @Test
  void shouldRefuseMoreEventsInAnHourThanAPersonCanDo() {
    var clicks = clicks(SeenEvents.MAX_EVENTS_AN_HOUR + 1);
    pipe(clicks);

    assertThat(state("v").views()).isEqualTo(SeenEvents.MAX_EVENTS_AN_HOUR);
    assertThat(deadLetters()).hasSize(1);
    pipe(view("v", "next hour", NOON.minus(HOUR)));
    assertThat(state("v").views()).isEqualTo(SeenEvents.MAX_EVENTS_AN_HOUR + 1);
  }

  @Test
  void shouldRememberTheClicksOfAVisitorWhoTurnsOutToBeAUser() {
    var before = view("v", "a", NOON.minusSeconds(60));
    pipe(before);
    assertThat(seenRows()).isEmpty();
    link("link-1", "v", "u", NOON);
    pipe(before, view("v", "b", NOON), before);

    assertThat(state("u").views()).isEqualTo(2);
    assertThat(store(Shoppers.SEEN_EVENTS).get(key("v", NOON.minusSeconds(60)))).isNotNull();
    assertThat(output(Topics.PROFILE_MOVES, ProfileMove.class).get(0).getContent())
        .satisfies(
            content -> {
              var bytes = new byte[content.remaining()];
              content.duplicate().get(bytes);
              var moved = UserState.of(bytes);
              assertThat(moved.views()).isEqualTo(1);
              assertThat(moved.hourEvents().hasList()).as("is the visitor's alone").isFalse();
            });
  }

  @Test
  void shouldLeaveNoFingerprintOfWhoIsErased() {
    var first = view("v", "a", NOON.minus(HOUR));
    var second = view("v", "b", NOON);
    pipe(first, second);
    assertThat(seenRows()).hasSize(1);
    input(Topics.ERASURES, Erasure.class)
        .pipeInput("v", new Erasure("erasure", "v", NOON.toEpochMilli()), NOON);

    assertThat(seenRows()).isEmpty();
    assertThat(ShopperRow.of(profiles().get(Shoppers.key("v"))))
        .isInstanceOf(ShopperRow.Erased.class);
    var anew = view("v", "c", NOON.plusSeconds(60));
    pipe(first, second, anew, anew, first, second, anew);
    assertThat(state("v").views()).isEqualTo(1);
  }

  @Test
  void shouldKnowTheHourUnderWayWhenAProfileIsForgotten() {
    var click = view("v", "a", NOON);
    pipe(click);
    driver.advanceWallClockTime(Duration.ofDays(401));

    assertThat(profiles().get(Shoppers.key("v"))).isNull();
    assertThat(seenRows()).containsExactly(key("v", NOON));
    pipe(click);
    assertThat(profiles().get(Shoppers.key("v"))).isNull();
  }

  /** As where a profile was forgotten in a replay of a year, and an old event comes again. */
  @Test
  void shouldFindTheFirstEventOfAProfileThatWasForgotten() {
    var old = view("v", "a", NOON.minus(HOUR.multipliedBy(2)));
    pipe(old, view("v", "b", NOON.minus(HOUR)));
    profiles().put(Shoppers.key("v"), null);
    pipe(old, view("v", "d", NOON), old);

    assertThat(state("v").views()).isEqualTo(1);
  }

  @Test
  void shouldGoOnFromARowOfTheReleaseBefore() {
    var known = view("u", "a", NOON);
    var unknown = view("u", "b", NOON.plusSeconds(3));
    var nextHour = view("u", "c", NOON.plus(HOUR));
    profiles().put(Shoppers.key("u"), UserStateTest.secondFormat());
    store(Shoppers.SEEN_EVENTS)
        .put(
            key("u", NOON),
            SeenEvents.with(null, ItemHash.of(known.getEventId()), NOON.toEpochMilli()));
    for (var click : List.of(known, unknown, known, unknown, nextHour, known, unknown, nextHour)) {
      pipe(click, NOON.plus(HOUR));
    }

    assertThat(state("u").views()).isEqualTo(1 + 2);
    assertThat(state("u").orders().placed()).isEqualTo(1);
    assertThat(state("u").hourEvents().contains(ItemHash.of(nextHour.getEventId()))).isTrue();
    assertThat(seenRows()).containsExactly(key("u", NOON));
  }

  /** Visitors and a user do anything, in any order, for days; what counted is counted along. */
  @Test
  void shouldCountEachEventOnceWhateverHappens() {
    for (var seed = 0; seed < 12; seed++) {
      new Story(seed).happens();
    }
  }

  /** What happens to two visitors and a user, and a set of all that was counted of whom. */
  private final class Story {
    private final long seed;
    private final Random random;
    private final String user;
    private final List<String> shoppers;
    private final List<Click> sent = new ArrayList<>();
    private final Map<String, Set<Click>> counted = new HashMap<>();
    private final Map<String, Long> views = new HashMap<>();
    private final Map<String, Long> erasedMs = new HashMap<>();
    private final Set<String> linked = new HashSet<>();
    private Instant now = Instant.ofEpochMilli(driverTimeMs);
    private int links;

    Story(long seed) {
      this.seed = seed;
      random = new Random(seed);
      user = "u" + seed;
      shoppers = List.of("v" + seed, "w" + seed, user);
      shoppers.forEach(shopper -> counted.put(shopper, new HashSet<>()));
    }

    void happens() {
      for (var step = 0; step < 250; step++) {
        var passes = Duration.ofSeconds(random.nextInt(random.nextInt(8) == 0 ? 15_000 : 900));
        driver.advanceWallClockTime(passes);
        driverTimeMs += passes.toMillis();
        now = now.plus(passes);
        happens(shoppers.get(random.nextInt(shoppers.size())), random.nextInt(100));
        for (var shopper : shoppers) {
          assertThat(viewsOf(shopper))
              .as("views of %s after step %d of seed %d", shopper, step, seed)
              .isEqualTo(views.getOrDefault(shopper, 0L));
        }
      }
      assertThat(deadLetters()).isEmpty();
    }

    private void happens(String shopper, int what) {
      if (what < 45) {
        click(view(shopper, "i" + random.nextInt(9), now.minusSeconds(lateness())));
      } else if (what < 85) {
        var newest = Math.min(sent.size(), random.nextBoolean() ? 10 : 300);
        if (newest > 0) {
          click(sent.get(sent.size() - 1 - random.nextInt(newest)));
        }
      } else if (what < 89) {
        var time = now.minusSeconds(lateness());
        IntStream.range(0, 30 + random.nextInt(60))
            .forEach(i -> click(view(shopper, "burst", time.plusMillis(i))));
      } else if (what < 93) {
        order(shopper);
      } else if (!shopper.equals(user)) {
        if (what < 98) {
          linkOnce(shopper);
        } else {
          erase(shopper);
        }
      }
    }

    private int lateness() {
      return random.nextInt(3) == 0 ? random.nextInt(20_000) : random.nextInt(200);
    }

    private void click(Click click) {
      sent.add(click);
      pipe(click, now);
      count(EventKeys.of(click), click);
    }

    private void count(String shopper, Click click) {
      if (click.getTimeMs() > erasedMs.getOrDefault(shopper, 0L)
          && counted.get(shopper).add(click)) {
        if (linked.contains(shopper)) {
          count(user, click);
        } else {
          views.merge(shopper, 1L, Long::sum);
        }
      }
    }

    private void order(String shopper) {
      var order = TopologyTest.order("o" + seed + "-" + links++, shopper, now, "bought");
      input(Topics.ORDERS, Order.class).pipeInput(EventKeys.of(order), order, now);
    }

    private void linkOnce(String visitor) {
      link("l" + seed + "-" + links++, visitor, user, now);
      if (linked.add(visitor)) {
        views.merge(user, views.getOrDefault(visitor, 0L), Long::sum);
        views.put(visitor, 0L);
      }
    }

    private void erase(String visitor) {
      var erasure = new Erasure("x" + seed + "-" + links++, visitor, now.toEpochMilli());
      input(Topics.ERASURES, Erasure.class).pipeInput(visitor, erasure, now);
      counted.get(visitor).clear();
      linked.remove(visitor);
      views.put(visitor, 0L);
      erasedMs.put(visitor, now.toEpochMilli());
    }

    private long viewsOf(String shopper) {
      return ShopperRow.of(profiles().get(Shoppers.key(shopper))) instanceof ShopperRow.Profile row
          ? row.state().views()
          : 0;
    }
  }

  private long driverTimeMs = NOON.toEpochMilli();

  private Click[] clicks(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> view("v", "i" + i % 7, NOON.plusMillis(i % 1_000)))
        .toArray(Click[]::new);
  }

  private void pipe(Click click, Instant arrival) {
    input(Topics.CLICKSTREAM, Click.class).pipeInput(EventKeys.of(click), click, arrival);
  }

  private void link(String id, String visitor, String user, Instant time) {
    input(Topics.IDENTITY_LINKS, IdentityLink.class)
        .pipeInput(visitor, new IdentityLink(id, visitor, user, time.toEpochMilli()), time);
  }

  private UserState state(String shopper) {
    return UserState.of(profiles().get(Shoppers.key(shopper)));
  }

  private RowStore profiles() {
    return store(Shoppers.USER_PROFILES);
  }

  private RowStore store(String name) {
    return (RowStore) driver.getAllStateStores().get(name);
  }

  /** Keys of the rows of clicks, not of links. */
  private List<Bytes> seenRows() {
    var rows = new ArrayList<Bytes>();
    try (var iterator = store(Shoppers.SEEN_EVENTS).all()) {
      iterator.forEachRemaining(row -> rows.add(row.key));
    }
    return rows;
  }

  private static Bytes key(String shopper, Instant time) {
    return Bytes.wrap(SeenEvents.rowKey(shopper, time.toEpochMilli()));
  }
}

package io.shopstream.query.profile;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.Click;
import io.shopstream.events.UserProfile;
import io.shopstream.events.topics.EventKeys;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Clicks that Kafka has taken through this instance and that a profile may not show yet, because it
 * is updated a moment later, or longer when streams-app is behind: who clicks sees the effect in
 * the very next answer. Bounded, and forgotten after seconds; through other instances a click is
 * seen once it is in the profile.
 */
@Singleton
public final class FreshClicks {

  private static final Duration REMEMBERED = Duration.ofSeconds(10);
  private static final Duration VISIT_GAP = Duration.ofMinutes(30);
  private static final int MOST_SHOPPERS = 50_000;
  private static final int MOST_CLICKS = 20;

  private final Cache<String, List<Click>> byShopper =
      Caffeine.newBuilder().maximumSize(MOST_SHOPPERS).expireAfterWrite(REMEMBERED).build();

  /**
   * The items of a visit.
   *
   * @param items newest last
   * @param basket those of them in the basket, newest last
   */
  public record Visit(List<String> items, List<String> basket) {}

  /** Kafka has taken a click. Without consent, or without an item, it is not remembered. */
  public void taken(Click click) {
    if (!click.getConsent() || click.getItemId() == null) {
      return;
    }
    byShopper
        .asMap()
        .merge(
            EventKeys.of(click),
            List.of(click),
            (before, one) -> {
              var clicks = new ArrayList<>(before);
              clicks.addAll(one);
              return clicks.size() > MOST_CLICKS
                  ? List.copyOf(clicks.subList(clicks.size() - MOST_CLICKS, clicks.size()))
                  : List.copyOf(clicks);
            });
  }

  /** Forgets a shopper's clicks. */
  public void forget(String shopper) {
    byShopper.invalidate(shopper);
  }

  /**
   * The current visit, fresh clicks included.
   *
   * @param shopper the user, or the visitor before login
   * @param profile what is known; null when nothing is
   */
  public Visit visit(String shopper, @Nullable UserProfile profile) {
    var inBasket = new LinkedHashMap<String, Boolean>();
    var newestMs = Long.MIN_VALUE;
    if (profile != null) {
      for (var item : profile.getVisit()) {
        inBasket.put(item.getItemId(), item.getInBasket());
        newestMs = Math.max(newestMs, item.getTimeMs());
      }
    }
    var clicks = byShopper.getIfPresent(shopper);
    if (clicks != null) {
      for (var click : clicks) {
        newestMs = add(click, newestMs, inBasket);
      }
    }
    var items = new ArrayList<String>(inBasket.size());
    var basket = new ArrayList<String>();
    inBasket.forEach(
        (item, isInBasket) -> {
          items.add(item);
          if (isInBasket) {
            basket.add(item);
          }
        });
    return new Visit(items, basket);
  }

  /**
   * Clicks of the visit that an order at a time belongs to, as far as known.
   *
   * @param shopper the user, or the visitor before login
   * @param profile what is known; null when nothing is
   * @param orderMs when the order was placed, in milliseconds since 1970-01-01 UTC
   */
  public int clicksBefore(String shopper, @Nullable UserProfile profile, long orderMs) {
    var newestMs = Long.MIN_VALUE;
    var clicks = 0;
    if (profile != null) {
      for (var item : profile.getVisit()) {
        clicks += item.getTouches();
        newestMs = Math.max(newestMs, item.getTimeMs());
      }
    }
    var fresh = byShopper.getIfPresent(shopper);
    if (fresh != null) {
      for (var click : fresh) {
        if (click.getTimeMs() > newestMs) {
          clicks++;
          newestMs = click.getTimeMs();
        }
      }
    }
    return newestMs != Long.MIN_VALUE && orderMs - newestMs <= VISIT_GAP.toMillis() ? clicks : 0;
  }

  /** Adds a click that the visit does not show yet; returns the time of the visit's newest. */
  private static long add(Click click, long newestMs, Map<String, Boolean> inBasket) {
    if (click.getTimeMs() <= newestMs) {
      return newestMs;
    }
    if (newestMs != Long.MIN_VALUE && click.getTimeMs() - newestMs > VISIT_GAP.toMillis()) {
      inBasket.clear();
    }
    var item = click.getItemId();
    switch (click.getType()) {
      case VIEW -> {
        var before = inBasket.remove(item);
        inBasket.put(item, before != null && before);
      }
      case ADD_TO_CART -> {
        inBasket.remove(item);
        inBasket.put(item, true);
      }
      case REMOVE_FROM_CART -> inBasket.replace(item, false);
      case SEARCH, UNKNOWN -> {
        return newestMs;
      }
    }
    return click.getTimeMs();
  }
}

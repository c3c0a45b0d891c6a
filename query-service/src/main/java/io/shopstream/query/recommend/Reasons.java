package io.shopstream.query.recommend;

import io.shopstream.query.recommend.chain.Because;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Says what speaks for an item in words that are true. */
final class Reasons {

  /** Beyond this «many times as often» says more than a figure. */
  private static final double MOST_TIMES = 100;

  private final UnaryOperator<String> titles;

  /**
   * Says reasons.
   *
   * @param titles name of an item by id; the id itself when it has none
   */
  Reasons(UnaryOperator<String> titles) {
    this.titles = titles;
  }

  /** The reason in words. */
  Reason of(Because because) {
    if (because instanceof Because.Together together) {
      return together(together);
    }
    if (because instanceof Because.FavouriteCategory taste) {
      return new Reason(
          "favourite_category",
          "in the favourite category %s (%s of all interest)"
              .formatted(taste.category(), percent(taste.share())),
          null,
          null,
          taste.category(),
          null,
          taste.share(),
          null);
    }
    if (because instanceof Because.FavouriteBrand taste) {
      return new Reason(
          "favourite_brand",
          "of the favourite brand %s (%s of all interest)"
              .formatted(taste.brand(), percent(taste.share())),
          null,
          null,
          null,
          taste.brand(),
          taste.share(),
          null);
    }
    if (because instanceof Because.Alike alike) {
      return new Reason(
          "similar_content",
          "similar to %s (%s)"
              .formatted(titles.apply(alike.itemId()), String.join(", ", alike.shared())),
          alike.itemId(),
          null,
          null,
          null,
          null,
          alike.shared());
    }
    if (because instanceof Because.Rising rising) {
      return rising(rising);
    }
    if (because instanceof Because.Popular popular) {
      return popular.category() == null
          ? Reason.of("popular_in_shop", "popular in the shop")
          : Reason.ofCategory(
              "popular_in_category", "popular in " + popular.category(), popular.category());
    }
    return Reason.of("new_in_shop", "new in the shop");
  }

  private Reason together(Because.Together together) {
    if (together.kind().equals("bought_after_viewing")) {
      return boughtAfterViewing(together);
    }
    var bought = together.kind().equals("bought");
    var one = together.support() == 1;
    var counted = bought ? (one ? "order" : "orders") : (one ? "visit" : "visits");
    return new Reason(
        bought ? "bought_with" : "viewed_with",
        "%s with %s in %s%d %s"
            .formatted(
                bought ? "bought" : "viewed",
                titles.apply(together.itemId()),
                together.atLeast() ? "at least " : "",
                together.support(),
                counted),
        together.itemId(),
        together.support(),
        null,
        null,
        null,
        null);
  }

  private Reason boughtAfterViewing(Because.Together together) {
    return new Reason(
        "bought_after_viewing",
        "bought in %s%d %s after viewing %s"
            .formatted(
                together.atLeast() ? "at least " : "",
                together.support(),
                together.support() == 1 ? "order" : "orders",
                titles.apply(together.itemId())),
        together.itemId(),
        together.support(),
        null,
        null,
        null,
        null);
  }

  private static Reason rising(Because.Rising rising) {
    var times = rising.recent() / Math.max(rising.expected(), 1e-9);
    var often =
        times > MOST_TIMES
            ? "more than 100 times as often as expected"
            : String.format(Locale.ROOT, "%.1f times as often as expected", times);
    return rising.category() == null
        ? Reason.of("trending_in_shop", "trending in the shop: seen " + often)
        : Reason.ofCategory(
            "trending_in_category",
            "trending in %s: seen %s".formatted(rising.category(), often),
            rising.category());
  }

  private static String percent(double share) {
    return Math.round(100 * share) + " %";
  }
}

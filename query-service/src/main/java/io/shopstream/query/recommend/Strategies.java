package io.shopstream.query.recommend;

import io.micronaut.context.annotation.Context;
import io.shopstream.events.feedback.RecommendationIds;
import io.shopstream.query.catalog.Catalog;
import io.shopstream.query.catalog.ItemWeights;
import io.shopstream.query.catalog.Trends;
import io.shopstream.query.config.RecommendationConfiguration;
import io.shopstream.query.config.StrategyConfiguration;
import io.shopstream.query.config.VariantConfiguration;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.recommend.chain.ContentSource;
import io.shopstream.query.recommend.chain.Source;
import io.shopstream.query.recommend.chain.TasteSource;
import io.shopstream.query.recommend.chain.TogetherSource;
import io.shopstream.query.recommend.chain.TogetherSource.OwnWeights;
import io.shopstream.query.recommend.chain.TrendSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The configured ways to recommend, and who is served by which. */
@Context
final class Strategies {

  /** Variant of requests that name no user. */
  static final String ANONYMOUS = "anonymous";

  /** Variant of requests that name the strategy themselves. */
  static final String ASKED_FOR = "asked-for";

  /**
   * A way to recommend.
   *
   * @param chain sources in order
   * @param diversity 0 to 1, when the request does not say
   */
  record Strategy(String name, List<Source> chain, double diversity) {}

  /** What serves a request, and as which group of the experiment it counts. */
  record Choice(Strategy strategy, String variant) {}

  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final Map<String, Strategy> byName = new TreeMap<>();
  private final Strategy anonymous;
  private final Buckets buckets;
  private final Map<String, Strategy> byVariant;

  Strategies(
      Catalog catalog,
      ItemWeights weights,
      Trends trends,
      RecommendationConfiguration config,
      List<StrategyConfiguration> strategies,
      List<VariantConfiguration> variants) {
    OwnWeights own =
        (kind, now) ->
            kind.startsWith("bought") ? weights.bought(now)::of : weights.viewed(now)::of;
    for (var source :
        List.of(
            TogetherSource.ofVisit(own),
            TogetherSource.ofBasket(own),
            new TasteSource(trends::ranking, catalog::find),
            new ContentSource(catalog.content()),
            TrendSource.inCategories(trends::ranking, catalog::find),
            TrendSource.inShop(trends::ranking))) {
      sources.put(source.name(), source);
    }
    for (var strategy : strategies) {
      checkName("strategies", strategy.name());
      byName.put(strategy.name(), strategy(strategy));
    }
    anonymous = known("default-strategy", config.defaultStrategy());
    var shares = new TreeMap<String, Integer>();
    var served = new TreeMap<String, Strategy>();
    variants.stream()
        .sorted(Comparator.comparing(VariantConfiguration::name))
        .forEach(
            variant -> {
              checkName("variants", variant.name());
              shares.put(variant.name(), variant.share());
              served.put(
                  variant.name(),
                  known("variants." + variant.name() + ".strategy", variant.strategy()));
            });
    buckets = new Buckets(config.experiment(), shares);
    byVariant = Map.copyOf(served);
  }

  private Strategy strategy(StrategyConfiguration config) {
    for (var source : config.chain()) {
      if (!sources.containsKey(source)) {
        throw new IllegalArgumentException(
            "shopstream.recommendations.strategies.%s.chain names %s; there are %s"
                .formatted(config.name(), source, String.join(", ", sources.keySet())));
      }
    }
    return new Strategy(
        config.name(), config.chain().stream().map(sources::get).toList(), config.diversity());
  }

  private Strategy known(String key, String name) {
    var strategy = byName.get(name);
    if (strategy == null) {
      throw new IllegalArgumentException(
          "shopstream.recommendations.%s names the strategy %s; there are %s"
              .formatted(key, name, String.join(", ", byName.keySet())));
    }
    return strategy;
  }

  private static void checkName(String key, String name) {
    if (!name.matches(RecommendationIds.NAME)) {
      throw new IllegalArgumentException(
          "shopstream.recommendations.%s.%s: a name has 1 to 12 small letters, digits or hyphens"
              .formatted(key, name));
    }
  }

  /**
   * What serves a request.
   *
   * @param userId whom it is for; empty when it names nobody
   * @param askedFor name of a strategy that the request asks for
   * @throws ProblemException 400 when there is no such strategy
   */
  Choice choose(Optional<String> userId, Optional<String> askedFor) {
    if (askedFor.isPresent()) {
      var strategy = byName.get(askedFor.get());
      if (strategy == null) {
        throw ProblemException.invalid(
            "strategy", "must be one of " + String.join(", ", byName.keySet()));
      }
      return new Choice(strategy, ASKED_FOR);
    }
    if (userId.isEmpty()) {
      return new Choice(anonymous, ANONYMOUS);
    }
    var variant = buckets.of(userId.get());
    return new Choice(byVariant.get(variant), variant);
  }

  /**
   * The sources of these names, in the order of the chain.
   *
   * @throws ProblemException 400 when there is no such source
   */
  List<Source> only(List<Source> chain, List<String> names) {
    for (var name : names) {
      if (!sources.containsKey(name)) {
        throw ProblemException.invalid(
            "sources", "must be some of " + String.join(", ", sources.keySet()));
      }
    }
    return names.isEmpty()
        ? chain
        : chain.stream().filter(source -> names.contains(source.name())).toList();
  }
}

package io.shopstream.query.catalog;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.shopstream.events.CatalogItem;
import io.shopstream.events.ItemPopularity;
import io.shopstream.events.topics.Topics;
import io.shopstream.query.config.KafkaClients;
import jakarta.annotation.PreDestroy;

/** Keeps the catalogue and the items' weights as their topics say. */
@Context
final class LocalViews {

  private final TopicView<CatalogItem> catalogView;
  private final TopicView<ItemPopularity> weightsView;

  LocalViews(KafkaClients kafka, Catalog catalog, ItemWeights weights, MeterRegistry meters) {
    catalogView =
        new TopicView<>(
            kafka,
            Topics.CATALOG,
            CatalogItem.class,
            (itemId, item, appendMs) -> {
              if (item == null) {
                catalog.remove(itemId);
              } else {
                catalog.put(item);
              }
            });
    weightsView =
        new TopicView<>(
            kafka,
            Topics.ITEM_POPULARITY,
            ItemPopularity.class,
            (itemId, popularity, appendMs) -> {
              if (popularity == null) {
                weights.remove(itemId);
              } else {
                weights.put(popularity, appendMs);
              }
            });
    Gauge.builder("catalog.items", catalog, Catalog::size)
        .description("Items of the catalogue in memory.")
        .register(meters);
    Gauge.builder("catalog.weights.items", weights, ItemWeights::size)
        .description("Items whose popularity is in memory.")
        .register(meters);
  }

  /** Whether the catalogue has been read to where it ended at the start. */
  boolean catalogCaughtUp() {
    return catalogView.caughtUp();
  }

  /** Whether the weights have been read to where they ended at the start. */
  boolean weightsCaughtUp() {
    return weightsView.caughtUp();
  }

  @PreDestroy
  void close() {
    catalogView.close();
    weightsView.close();
  }
}

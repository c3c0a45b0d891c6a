package io.shopstream.bench.throughput;

import io.shopstream.events.PairKind;
import io.shopstream.load.datasets.Dataset;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.streams.profile.PairSink;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.io.IOException;
import java.util.HashMap;

/** Counts what clicks amount to, without Kafka: by following each visit in memory. */
final class PairCount implements PairSink {

  private long updates;

  private PairCount() {}

  /** Neighbours that the clicks update, before any merging. */
  static long of(Dataset dataset) throws IOException {
    var count = new PairCount();
    var pairs = new VisitPairs();
    var visits = new HashMap<String, Visit>();
    try (var reader = dataset.open(0)) {
      while (reader.hasNext()) {
        if (reader.next() instanceof ShopEvent.Clicked clicked) {
          var click = clicked.value();
          visits.compute(
              clicked.key(),
              (shopper, visit) ->
                  pairs.touched(
                      visit == null ? Visit.NONE : visit,
                      click.getItemId(),
                      click.getTimeMs(),
                      count));
        }
      }
    }
    return count.updates;
  }

  @Override
  public void own(PairKind kind, String itemId, long timeMs, double weight, int support) {
    // An item's own count is not a pair.
  }

  @Override
  public void pair(
      PairKind kind, String itemId, String neighbourId, long timeMs, double weight, int support) {
    updates++;
  }
}

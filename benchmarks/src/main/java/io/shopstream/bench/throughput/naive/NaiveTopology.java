package io.shopstream.bench.throughput.naive;

import io.shopstream.bench.contender.BinaryAvroSerde;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Item co-occurrence in the plain DSL: a visit a shopper, a count a pair, the top neighbours an
 * item.
 *
 * <pre>
 *   clickstream ── visits ── (pairs) ── pair-counts ── (counts) ── top-neighbours
 * </pre>
 *
 * <p>Pairs are those of the real topology: an item that the visit does not remember makes a pair
 * with each of the last ten items, in both directions. It counts less than the real one: no
 * profile, no duplicates, no decay, no popularity.
 */
public final class NaiveTopology {

  static final String APPLICATION_ID = "naive";

  /** The topics between its stages, in the order of the data flow. */
  public static final List<String> REPARTITION_TOPICS =
      List.of(APPLICATION_ID + "-pairs-repartition", APPLICATION_ID + "-counts-repartition");

  private static final long VISIT_GAP_MS = 30 * 60_000;
  private static final int REMEMBERED = 20;
  private static final int MAX_DISTANCE = 10;
  private static final String SEPARATOR = "\u001f";

  private NaiveTopology() {}

  static Topology build(AvroSerdes serdes, int neighbours) {
    var ids = Serdes.String();
    var visits = new BinaryAvroSerde<>(RecentVisit.class);
    var count = new BinaryAvroSerde<>(NeighbourCount.class);
    var top = new BinaryAvroSerde<>(TopNeighbours.class);

    var builder = new StreamsBuilder();
    builder.stream(Topics.CLICKSTREAM.name(), Consumed.with(ids, serdes.values(Click.class)))
        .filter((shopper, click) -> touches(click))
        .groupByKey()
        .aggregate(
            () -> new RecentVisit(0L, false, List.of()),
            (shopper, click, visit) -> touched(visit, click.getItemId(), click.getTimeMs()),
            // With a cache, clicks of one shopper between two commits would become one.
            NaiveTopology.<RecentVisit>stored("visits", ids, visits).withCachingDisabled())
        .toStream()
        .flatMap((shopper, visit) -> pairs(visit))
        .groupByKey(Grouped.with("pairs", ids, Serdes.Integer()))
        .count(stored("pair-counts", ids, Serdes.Long()))
        .toStream()
        .map(NaiveTopology::byItem)
        .groupByKey(Grouped.with("counts", ids, count))
        .aggregate(
            () -> new TopNeighbours(List.of()),
            (item, neighbour, row) -> best(row, neighbour, neighbours),
            stored("top-neighbours", ids, top));
    return builder.build();
  }

  private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> stored(
      String name,
      org.apache.kafka.common.serialization.Serde<String> keys,
      org.apache.kafka.common.serialization.Serde<V> values) {
    return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as(name)
        .withKeySerde(keys)
        .withValueSerde(values);
  }

  private static boolean touches(Click click) {
    return click.getItemId() != null
        && (click.getType() == ClickType.VIEW || click.getType() == ClickType.ADD_TO_CART);
  }

  private static RecentVisit touched(RecentVisit visit, String item, long timeMs) {
    if (timeMs - visit.getNewestMs() > VISIT_GAP_MS) {
      return new RecentVisit(timeMs, true, List.of(item));
    }
    if (visit.getNewestMs() - timeMs > VISIT_GAP_MS) {
      return new RecentVisit(visit.getNewestMs(), false, visit.getItems());
    }
    var items = new ArrayList<>(visit.getItems());
    var first = !items.remove(item);
    items.add(item);
    if (items.size() > REMEMBERED) {
      items.remove(0);
    }
    return new RecentVisit(Math.max(timeMs, visit.getNewestMs()), first, items);
  }

  private static List<KeyValue<String, Integer>> pairs(RecentVisit visit) {
    var pairs = new ArrayList<KeyValue<String, Integer>>();
    if (visit.getFirstTouch()) {
      var items = visit.getItems();
      var newest = items.size() - 1;
      for (var earlier = Math.max(0, newest - MAX_DISTANCE); earlier < newest; earlier++) {
        pairs.add(KeyValue.pair(items.get(newest) + SEPARATOR + items.get(earlier), 1));
        pairs.add(KeyValue.pair(items.get(earlier) + SEPARATOR + items.get(newest), 1));
      }
    }
    return pairs;
  }

  private static KeyValue<String, NeighbourCount> byItem(String pair, Long count) {
    var separator = pair.indexOf(SEPARATOR);
    return KeyValue.pair(
        pair.substring(0, separator), new NeighbourCount(pair.substring(separator + 1), count));
  }

  private static TopNeighbours best(TopNeighbours row, NeighbourCount counted, int neighbours) {
    var best = new ArrayList<>(row.getNeighbours());
    best.removeIf(one -> one.getItemId().equals(counted.getItemId()));
    var at = 0;
    while (at < best.size() && best.get(at).getCount() >= counted.getCount()) {
      at++;
    }
    best.add(at, counted);
    if (best.size() > neighbours) {
      best.remove(neighbours);
    }
    return new TopNeighbours(best);
  }
}

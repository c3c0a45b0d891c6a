package io.shopstream.bench.throughput;

import io.shopstream.bench.contender.BinaryAvroSerde;
import io.shopstream.events.Click;
import io.shopstream.events.PairKind;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.synthetic.SyntheticShop;
import io.shopstream.streams.profile.PairSink;
import io.shopstream.streams.profile.Visit;
import io.shopstream.streams.profile.VisitPairs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Synthetic clicks for tests, and what they amount to. */
public final class Clicks {

  private Clicks() {}

  /** Few users and items, so that visits are long and pairs repeat. */
  public static SyntheticShop shop() {
    return new SyntheticShop(600, 7, 10, 60, 0.9, 5);
  }

  /** All clicks of a shop. */
  public static List<Click> of(SyntheticShop shop) {
    var clicks = new ArrayList<Click>();
    try (var reader = shop.open(0)) {
      while (reader.hasNext()) {
        if (reader.next() instanceof ShopEvent.Clicked clicked) {
          clicks.add(clicked.value());
        }
      }
    }
    return clicks;
  }

  /**
   * How often each item was seen with each other, by the maths of production; its caps on one
   * visitor apart.
   */
  public static Map<String, Map<String, Long>> support(List<Click> clicks) {
    var support = new HashMap<String, Map<String, Long>>();
    var pairs = new VisitPairs(VisitPairs.Settings.DEFAULT, VisitPairs.Caps.NONE);
    var visits = new HashMap<String, Visit>();
    var sink =
        new PairSink() {
          @Override
          public void own(PairKind kind, String itemId, long timeMs, double weight, int count) {
            // Pairs only.
          }

          @Override
          public void pair(
              PairKind kind,
              String itemId,
              String neighbourId,
              long timeMs,
              double weight,
              int count) {
            support
                .computeIfAbsent(itemId, item -> new HashMap<>())
                .merge(neighbourId, (long) count, Long::sum);
          }
        };
    for (var click : clicks) {
      var before = visits.getOrDefault(click.getUserId(), Visit.NONE);
      visits.put(
          click.getUserId(), pairs.touched(before, click.getItemId(), click.getTimeMs(), sink));
    }
    return support;
  }

  /** Serdes that need no registry. */
  public static AvroSerdes serdes() {
    return AvroSerdes.of(
        "http://127.0.0.1:1",
        Map.of(
            AvroSerdes.SERIALIZER, ClickSerializer.class.getName(),
            AvroSerdes.DESERIALIZER, ClickDeserializer.class.getName()));
  }

  /** Made by name. */
  public static final class ClickSerializer implements Serializer<Click> {
    private final Serializer<Click> binary = new BinaryAvroSerde<>(Click.class).serializer();

    @Override
    public byte[] serialize(String topic, Click click) {
      return binary.serialize(topic, click);
    }
  }

  /** Made by name. */
  public static final class ClickDeserializer implements Deserializer<Click> {
    private final Deserializer<Click> binary = new BinaryAvroSerde<>(Click.class).deserializer();

    @Override
    public Click deserialize(String topic, byte[] bytes) {
      return binary.deserialize(topic, bytes);
    }
  }
}

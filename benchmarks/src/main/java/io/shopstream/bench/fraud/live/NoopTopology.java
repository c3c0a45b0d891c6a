package io.shopstream.bench.fraud.live;

import io.shopstream.events.FraudDecision;
import io.shopstream.events.FraudScore;
import io.shopstream.events.Order;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A pipeline of the shape of fraud-scoring in which nothing is done: the same sources, topics, hops
 * and sizes of records, no store, no features, no model. What it takes is what exactly once takes.
 */
final class NoopTopology {

  static final String APPLICATION_ID = "fraud-noop";
  private static final int PART_BYTES = 140;
  private static final int BLOCK_BYTES = 300;
  private static final int ORDER_BYTES = 310;
  private static final List<Function<Order, String>> PARTIES =
      List.of(
          EventKeys::of,
          Order::getCardFingerprint,
          Order::getDeviceId,
          Order::getIp,
          Order::getEmailFingerprint,
          Order::getShippingAddressFingerprint,
          order -> order.getLines().get(0).getSellerId());

  private NoopTopology() {}

  static Topology build(AvroSerdes serdes, int partitions) {
    var text = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology()
        .addSource(
            "orders", text.deserializer(), serdes.deserializer(Order.class), Topics.ORDERS.name())
        .addProcessor("spread", () -> new Spread(partitions), "orders")
        .addSink(
            "to-gathering",
            Topics.FRAUD_GATHERING.name(),
            text.serializer(),
            bytes.serializer(),
            "spread")
        .addSink(
            "to-parts", Topics.FRAUD_PARTS.name(), text.serializer(), bytes.serializer(), "spread")
        .addSource("parts", text.deserializer(), text.deserializer(), Topics.FRAUD_PARTS.name())
        .addProcessor("velocity", Velocity::new, "parts")
        .addSink(
            "blocks",
            Topics.FRAUD_GATHERING.name(),
            text.serializer(),
            bytes.serializer(),
            "velocity")
        .addSource(
            "gathering", text.deserializer(), bytes.deserializer(), Topics.FRAUD_GATHERING.name())
        .addProcessor("gather", Gather::new, "gathering")
        .addSink(
            "scores",
            Topics.FRAUD_SCORES.name(),
            text.serializer(),
            serdes.serializer(FraudScore.class),
            "gather");
  }

  /** One record for all parties that live in a partition, as fraud scoring sends them. */
  private static final class Spread extends ContextualProcessor<String, Order, String, byte[]> {
    private final int partitions;

    private Spread(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public void process(Record<String, Order> record) {
      var order = record.value();
      var id = order.getOrderId();
      var firsts = new TreeMap<Integer, String>();
      for (var party : PARTIES) {
        var key = party.apply(order);
        firsts.putIfAbsent(EventKeys.partition(key, partitions), key);
      }
      var placed = new byte[ORDER_BYTES];
      placed[0] = (byte) firsts.size();
      context().forward(record.withKey(id).withValue(placed), "to-gathering");
      var filler = id + " ".repeat(PART_BYTES - id.length());
      for (var first : firsts.values()) {
        context()
            .forward(
                record.withKey(first).withValue(filler.getBytes(StandardCharsets.UTF_8)),
                "to-parts");
      }
    }
  }

  private static final class Velocity extends ContextualProcessor<String, String, String, byte[]> {
    @Override
    public void process(Record<String, String> record) {
      context().forward(record.withKey(record.value().trim()).withValue(new byte[BLOCK_BYTES]));
    }
  }

  private static final class Gather
      extends ContextualProcessor<String, byte[], String, FraudScore> {
    // Records that are still to come; below 0 while it is not known how many there are.
    private final Map<String, Integer> missing = new HashMap<>();

    @Override
    public void process(Record<String, byte[]> record) {
      int more = record.value().length == ORDER_BYTES ? record.value()[0] : -1;
      if (missing.merge(record.key(), more, Integer::sum) == 0) {
        missing.remove(record.key());
        context()
            .forward(
                record.withValue(
                    FraudScore.newBuilder()
                        .setOrderId(record.key())
                        .setTimeMs(record.timestamp())
                        .setProbability(0)
                        .setDecision(FraudDecision.APPROVE)
                        .setModelVersion(0)
                        .build()));
      }
    }
  }
}

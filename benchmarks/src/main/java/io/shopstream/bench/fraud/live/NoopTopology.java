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
  private static final int PART_BYTES = 90;
  private static final int BLOCK_BYTES = 120;
  private static final int ORDER_BYTES = 260;
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

  static Topology build(AvroSerdes serdes) {
    var text = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology()
        .addSource(
            "orders", text.deserializer(), serdes.deserializer(Order.class), Topics.ORDERS.name())
        .addProcessor("spread", Spread::new, "orders")
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

  private static final class Spread extends ContextualProcessor<String, Order, String, byte[]> {
    @Override
    public void process(Record<String, Order> record) {
      var order = record.value();
      var id = order.getOrderId();
      context().forward(record.withKey(id).withValue(new byte[ORDER_BYTES]), "to-gathering");
      var filler = id + " ".repeat(PART_BYTES - id.length());
      for (var party : PARTIES) {
        context()
            .forward(
                record
                    .withKey(party.apply(order))
                    .withValue(filler.getBytes(StandardCharsets.UTF_8)),
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
    private final Map<String, Integer> seen = new HashMap<>();

    @Override
    public void process(Record<String, byte[]> record) {
      if (seen.merge(record.key(), 1, Integer::sum) == PARTIES.size() + 1) {
        seen.remove(record.key());
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

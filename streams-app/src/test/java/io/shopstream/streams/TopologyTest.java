package io.shopstream.streams;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.BoundedRocksDb;
import io.shopstream.streams.runtime.DeadLetterHandler;
import io.shopstream.streams.runtime.StreamsTopology;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What every test of a topology needs: the driver with real RocksDB, and events to put in. */
public abstract class TopologyTest {

  public static final int PARTITIONS = 1;
  protected static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  protected final AvroSerdes serdes = InMemoryWireFormat.serdes();
  @TempDir Path stateDir;
  protected TopologyTestDriver driver;
  private int events;

  protected void start(StreamsTopology topology) {
    var config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, topology.applicationId());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    config.put(BoundedRocksDb.MEMORY_MB, 32);
    config.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    config.put(
        DeadLetterHandler.SINK,
        new DeadLetterHandler.Sink(new SimpleMeterRegistry(), topology.applicationId()));
    driver = new TopologyTestDriver(topology.build(), config, NOON);
  }

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
  }

  protected <T extends SpecificRecord> TestInputTopic<String, T> input(Topic topic, Class<T> type) {
    return driver.createInputTopic(topic.name(), new StringSerializer(), serdes.serializer(type));
  }

  protected <T extends SpecificRecord> List<T> output(Topic topic, Class<T> type) {
    return driver
        .createOutputTopic(topic.name(), new ByteArrayDeserializer(), serdes.deserializer(type))
        .readValuesToList();
  }

  protected List<TestRecord<byte[], byte[]>> deadLetters() {
    return driver
        .createOutputTopic(
            Topics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  protected void pipe(Click... clicks) {
    var topic = input(Topics.CLICKSTREAM, Click.class);
    Arrays.stream(clicks).forEach(click -> topic.pipeInput(EventKeys.of(click), click, NOON));
  }

  protected void pipe(Order... orders) {
    var topic = input(Topics.ORDERS, Order.class);
    Arrays.stream(orders).forEach(order -> topic.pipeInput(EventKeys.of(order), order, NOON));
  }

  protected Click view(String visitor, String item, Instant time) {
    return click(ClickType.VIEW, visitor, item, time).build();
  }

  protected Click.Builder click(ClickType type, String visitor, String item, Instant time) {
    return Click.newBuilder()
        .setEventId("e" + events++)
        .setType(type)
        .setTimeMs(time.toEpochMilli())
        .setVisitorId(visitor)
        .setItemId(item);
  }

  protected static Order order(String id, String user, Instant time, String... items) {
    return Order.newBuilder()
        .setOrderId(id)
        .setKind(OrderKind.PLACED)
        .setTimeMs(time.toEpochMilli())
        .setUserId(user)
        .setLines(
            Arrays.stream(items)
                .map(
                    item ->
                        OrderLine.newBuilder()
                            .setItemId(item)
                            .setQuantity(1)
                            .setPriceMinor(100)
                            .build())
                .toList())
        .setAmountMinor(100L * items.length)
        .setCurrency("GBP")
        .build();
  }
}

package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fails, too, when Kafka Streams keeps its setting somewhere else one day. */
class LoneSourcesTest {

  private static final TopicPartition CLICKS = new TopicPartition("clicks", 0);
  private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
  private static final long CONFIGURED_MS = 0;
  private static final long NOTHING_IS_ASKED = -1;

  private TopologyTestDriver driver;
  private ProcessorContext<Void, Void> context;

  private final class Registering implements Processor<byte[], byte[], Void, Void> {
    @Override
    public void init(ProcessorContext<Void, Void> given) {
      context = given;
      LoneSources.register(given);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      // Only its task is of interest.
    }
  }

  @BeforeEach
  void startTask() {
    start(CONFIGURED_MS);
  }

  private void start(long configuredMs) {
    var bytes = new ByteArrayDeserializer();
    var properties = new Properties();
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, configuredMs);
    driver =
        new TopologyTestDriver(
            new Topology(FailedCasts.handled("lone-sources"))
                .addSource("clicks", bytes, bytes, CLICKS.topic())
                .addSource("orders", bytes, bytes, ORDERS.topic())
                .addProcessor("shopper", Registering::new, "clicks", "orders"),
            properties);
  }

  @AfterEach
  void endTask() {
    LoneSources.forget(context.taskId());
    driver.close();
  }

  @Test
  void shouldAskNothingWhereOnePartitionHasRecordsAndTheBrokerNoneOfTheOther() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));

    assertThat(idleMs()).isEqualTo(NOTHING_IS_ASKED);
  }

  @Test
  void shouldLetNoRecordBeOvertakenThatTheBrokerHasStill() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));
    polled(recordsOf(CLICKS), lags(100, 1));

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldWaitWhereItIsNotKnownWhatTheBrokerHas() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));
    polled(recordsOf(CLICKS), Map.of(CLICKS, OptionalLong.of(100)));

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldWaitWhereAPartitionWasTakenAway() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));
    LoneSources.polled(
        recordsOf(CLICKS),
        partition -> {
          throw new IllegalStateException("No current assignment for partition " + partition);
        });

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldKeepTheOrderOfTwoThatBothHaveRecords() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));
    polled(recordsOf(CLICKS, ORDERS), lags(0, 0));

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldLeaveATaskAloneThatWasForgotten() throws Exception {
    LoneSources.forget(context.taskId());
    polled(recordsOf(CLICKS), lags(100, 0));

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldLetNoRecordBeOvertakenInATaskThatIsOpenedAgain() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));
    LoneSources.forget(context.taskId());
    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);

    LoneSources.register(context);
    polled(recordsOf(CLICKS), lags(100, 1));

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldLetNoRecordBeOvertakenInATaskThatWasNotClosed() throws Exception {
    polled(recordsOf(CLICKS), lags(100, 0));
    LoneSources.register(context);
    polled(recordsOf(CLICKS), lags(100, 1));

    assertThat(idleMs()).isEqualTo(CONFIGURED_MS);
  }

  @Test
  void shouldLeaveATaskAloneThatWaitsForTopicsTheBrokerHasNoMoreOf() throws Exception {
    endTask();
    start(500);

    polled(recordsOf(CLICKS), lags(100, 0));

    assertThat(idleMs()).isEqualTo(500);
  }

  private static void polled(
      ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, OptionalLong> lags) {
    LoneSources.polled(records, partition -> lags.getOrDefault(partition, OptionalLong.empty()));
  }

  private static Map<TopicPartition, OptionalLong> lags(long ofClicks, long ofOrders) {
    return Map.of(CLICKS, OptionalLong.of(ofClicks), ORDERS, OptionalLong.of(ofOrders));
  }

  private static ConsumerRecords<byte[], byte[]> recordsOf(TopicPartition... partitions) {
    var records = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
    for (var partition : partitions) {
      records.put(
          partition,
          List.of(
              new ConsumerRecord<>(
                  partition.topic(), partition.partition(), 0, new byte[0], new byte[0])));
    }
    return new ConsumerRecords<>(records, Map.of());
  }

  private long idleMs() throws ReflectiveOperationException {
    var task = context.getClass().getDeclaredField("streamTask");
    task.setAccessible(true);
    var buffers = task.get(context).getClass().getDeclaredField("partitionGroup");
    buffers.setAccessible(true);
    var group = buffers.get(task.get(context));
    var idleMs = group.getClass().getDeclaredField("maxTaskIdleMs");
    idleMs.setAccessible(true);
    return idleMs.getLong(group);
  }
}

package io.shopstream.bench.contender;

import io.shopstream.streams.runtime.Urgency;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * A Kafka Streams application of a process that stands in for streams-app.
 *
 * @param topology what it does
 * @param configuration how it runs
 * @param urgency whether its threads go before others
 */
public record ContenderApplication(Topology topology, Properties configuration, Urgency urgency) {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** Runs applications side by side until the process is asked to end. */
  public static void runAll(List<ContenderApplication> applications) throws InterruptedException {
    runUntilAsked(
        applications.stream()
            .map(
                one ->
                    one.urgency().make(() -> new KafkaStreams(one.topology(), one.configuration())))
            .toList());
  }

  /** The same with Kafka clients of one's own. */
  public static void runAll(List<ContenderApplication> applications, KafkaClientSupplier clients)
      throws InterruptedException {
    runUntilAsked(
        applications.stream()
            .map(
                one ->
                    one.urgency()
                        .make(
                            () ->
                                new KafkaStreams(
                                    one.topology(),
                                    new StreamsConfig(one.configuration()),
                                    clients)))
            .toList());
  }

  private static void runUntilAsked(List<KafkaStreams> running) throws InterruptedException {
    var ending = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  running.parallelStream().forEach(one -> one.close(CLOSE_TIMEOUT));
                  ending.countDown();
                },
                "stop-streams"));
    running.forEach(KafkaStreams::start);
    ending.await();
  }
}

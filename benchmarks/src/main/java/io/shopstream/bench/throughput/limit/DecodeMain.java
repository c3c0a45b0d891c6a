package io.shopstream.bench.throughput.limit;

import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.events.Click;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.runtime.StreamsConfiguration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A plain consumer that decodes every click, commits what it has read, and does nothing else. */
public final class DecodeMain {

  static final String GROUP = "limit";

  private DecodeMain() {}

  /** Runs until it is stopped. */
  public static void main(String[] args) {
    var settings = ProductionSettings.read();
    var config = new HashMap<String, Object>();
    // Of the stream threads' configuration, what is the consumer's.
    StreamsConfiguration.of(
            settings.kafka(), settings.streams(), GROUP, settings.userProfiles(), "127.0.0.1:1")
        .forEach(
            (key, value) -> {
              if (key.startsWith("consumer.")) {
                config.put(key.substring("consumer.".length()), value);
              }
            });
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka().bootstrapServers());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(
        ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
        (int) settings.userProfiles().commitIntervalMs());
    try (var consumer =
        new KafkaConsumer<>(
            config, new StringDeserializer(), settings.serdes().deserializer(Click.class))) {
      consumer.subscribe(List.of(Topics.CLICKSTREAM.name()));
      while (true) {
        consumer.poll(Duration.ofMillis(100));
      }
    }
  }
}

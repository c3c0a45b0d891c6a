package io.shopstream.bench.contender;

import io.micronaut.context.ApplicationContext;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.streams.cooccurrence.ItemCoOccurrenceTopology;
import io.shopstream.streams.profile.UserProfilesTopology;
import io.shopstream.streams.runtime.KafkaSettings;
import io.shopstream.streams.runtime.StreamsConfiguration;
import io.shopstream.streams.runtime.StreamsSettings;
import io.shopstream.streams.runtime.StreamsTopology;
import io.shopstream.streams.runtime.Tuning;
import io.shopstream.streams.runtime.Urgency;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * What streams-app would run with in this process: its own configuration file and environment, read
 * by its own classes, so that contenders never drift away from it.
 *
 * @param topologies by application id
 * @param userTablesBytes tables in front of the stores of user-profiles, all together
 * @param itemTablesBytes tables in front of the stores of item-co-occurrence, all together
 * @param neighbours a row keeps at most
 */
public record ProductionSettings(
    KafkaSettings kafka,
    StreamsSettings streams,
    AvroSerdes serdes,
    Map<String, StreamsTopology> topologies,
    long userTablesBytes,
    long itemTablesBytes,
    int neighbours) {

  /** Reads them. Nothing is started: that would take a server. */
  public static ProductionSettings read() {
    try (var context = ApplicationContext.run()) {
      return new ProductionSettings(
          context.getBean(KafkaSettings.class),
          context.getBean(StreamsSettings.class),
          context.getBean(AvroSerdes.class),
          context.getBeansOfType(StreamsTopology.class).stream()
              .collect(Collectors.toMap(StreamsTopology::applicationId, Function.identity())),
          number(context, "streams.user-profiles.all-tables-bytes"),
          number(context, "streams.item-co-occurrence.all-tables-bytes"),
          (int) number(context, "streams.item-co-occurrence.neighbours"));
    }
  }

  private static long number(ApplicationContext context, String key) {
    return context.getRequiredProperty(key, Long.class);
  }

  /** How user-profiles runs. */
  public Tuning userProfiles() {
    return topologies.get(UserProfilesTopology.APPLICATION_ID).tuning();
  }

  /** How item-co-occurrence runs. */
  public Tuning itemCoOccurrence() {
    return topologies.get(ItemCoOccurrenceTopology.APPLICATION_ID).tuning();
  }

  /** What all tables of user-profiles together may take, in bytes. */
  public long userCacheBytes() {
    return userTablesBytes;
  }

  /** What all tables of item-co-occurrence together may take, in bytes. */
  public long itemCacheBytes() {
    return itemTablesBytes;
  }

  /** An application of production, as it is. */
  public ContenderApplication production(String applicationId) {
    var topology = topologies.get(applicationId);
    var application = application(applicationId, topology.build(), topology.tuning(), 0);
    application.configuration().putAll(topology.configuration());
    return new ContenderApplication(
        application.topology(), application.configuration(), topology.urgency());
  }

  /**
   * An application that is configured as those of production, with threads that wait for nobody.
   *
   * @param cacheBytes of Kafka Streams' own cache, all threads together
   */
  public ContenderApplication application(
      String applicationId, Topology topology, Tuning tuning, long cacheBytes) {
    var properties = new Properties();
    properties.putAll(
        StreamsConfiguration.of(kafka, streams, applicationId, tuning, "127.0.0.1:1"));
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cacheBytes);
    return new ContenderApplication(topology, properties, Urgency.AT_ONCE);
  }
}

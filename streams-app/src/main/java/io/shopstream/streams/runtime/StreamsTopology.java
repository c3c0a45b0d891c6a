package io.shopstream.streams.runtime;

import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.Topology;

/** What a Kafka Streams application is, apart from how it is configured and run. */
public interface StreamsTopology {

  /** The application id: also the name of the consumer group and the prefix of internal topics. */
  String applicationId();

  /** Builds the topology anew. */
  Topology build();

  /** How it runs. */
  Tuning tuning();

  /** Whether it goes before others. */
  default Urgency urgency() {
    return Urgency.WHEN_THERE_IS_TIME;
  }

  /** Keys of Kafka Streams that this application sets otherwise than the others. */
  default Map<String, Object> configuration() {
    return Map.of();
  }

  /** The stores that the state endpoint answers for. */
  List<QueryableStore> queryableStores();
}

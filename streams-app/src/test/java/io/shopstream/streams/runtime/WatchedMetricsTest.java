package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class WatchedMetricsTest {

  private final WatchedMetrics.Sink sink = new WatchedMetrics.Sink();

  private Metrics client(String id) {
    var reporter = new WatchedMetrics();
    reporter.configure(Map.of(WatchedMetrics.SINK, sink));
    var metrics = new Metrics(new MetricConfig(), List.of(reporter), Time.SYSTEM);
    metrics.addMetric(heartbeats(metrics, id), new CumulativeSum(7));
    metrics.addMetric(
        metrics.metricName(
            "heartbeat-rate", "consumer-coordinator-metrics", Map.of("client-id", id)),
        new CumulativeSum());
    return metrics;
  }

  private static MetricName heartbeats(Metrics metrics, String id) {
    return metrics.metricName(
        "heartbeat-total", "consumer-coordinator-metrics", Map.of("client-id", id));
  }

  @Test
  void shouldKeepWhatIsLookedAtOfAllClients() {
    try (var one = client("one");
        var two = client("two")) {
      assertThat(sink.metrics())
          .extracting(KafkaMetric::metricName)
          .containsExactlyInAnyOrder(heartbeats(one, "one"), heartbeats(two, "two"));
      assertThat(sink.metrics()).extracting(KafkaMetric::metricValue).containsOnly(7.0);
    }
  }

  @Test
  void shouldForgetWhatIsGone() {
    try (var one = client("one");
        var two = client("two")) {
      one.removeMetric(heartbeats(one, "one"));
      assertThat(sink.metrics())
          .extracting(KafkaMetric::metricName)
          .containsExactly(heartbeats(two, "two"));
    }
    assertThat(sink.metrics()).as("of clients that are closed").isEmpty();
  }

  @Test
  void shouldKeepWhatAnotherClientTellsUnderTheSameName() {
    var before = client("one");
    try (var now = client("one")) {
      before.close();
      assertThat(sink.metrics()).containsExactly(now.metric(heartbeats(now, "one")));
    }
  }
}

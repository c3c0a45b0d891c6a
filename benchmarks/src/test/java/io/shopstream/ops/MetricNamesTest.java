package io.shopstream.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.ops.MetricNames.Selected;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricNamesTest {

  @Test
  void shouldFindMetricsBetweenFunctionsGroupsAndRanges() {
    assertThat(
            MetricNames.in(
                "histogram_quantile(0.99, sum by (le, uri) (rate(a_bucket{job=\"q\", uri=~\"/v1/.*\", x=\"y\"}[5m]))) > 1e3"
                    + " and on (group) max by (group) (b_seconds) / 1000"))
        .containsExactly(
            new Selected("a_bucket", Map.of("x", "y")), new Selected("b_seconds", Map.of()));
  }

  @Test
  void shouldMissAMetricAndAValueOfALabel() {
    var scraped = "# TYPE a gauge\na{x=\"1\",y=\"2\"} 3.0\nb 1.0\n";

    assertThat(
            MetricNames.missing(
                List.of(
                    new Selected("a", Map.of("x", "1")),
                    new Selected("b", Map.of()),
                    new Selected("a", Map.of("x", "2")),
                    new Selected("c", Map.of())),
                scraped))
        .containsExactly("a{x=2}", "c{}");
  }
}

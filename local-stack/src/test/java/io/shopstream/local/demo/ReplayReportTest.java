package io.shopstream.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayReportTest {

  @TempDir Path folder;

  @Test
  void shouldReadTheCounts() throws Exception {
    var file = folder.resolve("report.json");
    Files.writeString(file, "{\"events\": 12, \"orders\": 3, \"refused\": 1, \"seconds\": 0.5}");
    assertThat(ReplayReport.read(file)).isEqualTo(new ReplayReport(12, 3, 1));
  }

  @Test
  void shouldNameTheCountThatIsMissing() throws Exception {
    var file = folder.resolve("report.json");
    Files.writeString(file, "{\"events\": 12, \"orders\": \"many\"}");
    assertThatThrownBy(() -> ReplayReport.read(file))
        .hasMessageContaining("orders")
        .hasMessageContaining(file.toString());
  }

  @Test
  void shouldEndWithTheAgreedLine() {
    assertThat(new Demo.Result(1_000_000, 20_000, 7, 12.5, 3_700, 0).line())
        .isEqualTo(
            "events=1000000 orders=20000 refused=7 seconds=12.5 events_per_second=80000"
                + " similar_items_served=3700");
  }
}

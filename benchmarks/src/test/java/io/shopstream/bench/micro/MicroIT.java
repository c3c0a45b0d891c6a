package io.shopstream.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.BenchmarksApplication;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MicroIT {

  /** As {@code ./shopstream} starts it, with another collector than those that are measured. */
  @Test
  void shouldMeasureInAJvmThatIsNotLikeItsOwn() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                BenchmarksApplication.class.getName(),
                "bench",
                "micro",
                "clickToBytes$",
                "--iterations",
                "1")
            .redirectErrorStream(true)
            .start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed)
        .contains("CodecBench.clickToBytes", "click_to_bytes_ns=", "click_to_bytes_bytes=");
  }
}

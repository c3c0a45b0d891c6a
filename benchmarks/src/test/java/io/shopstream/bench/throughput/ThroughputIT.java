package io.shopstream.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.BenchmarksApplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ThroughputIT {

  @TempDir private Path folder;

  @Test
  void shouldDrainThroughWhatShipsAndLeaveNothingBehind() throws Exception {
    var out = new StringWriter();
    var json = folder.resolve("figures.json");
    // The tests beside this one share a running shop and a browser in this process.
    var othersBefore =
        ProcessHandle.current().descendants().collect(Collectors.toUnmodifiableSet());

    var code =
        BenchmarksApplication.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute(
                "bench",
                "throughput",
                "--clicks",
                "2000",
                "--partitions",
                "2",
                "--only",
                "real,naive",
                "--json",
                json.toString());

    assertThat(code).as(out.toString()).isZero();
    assertThat(out.toString().lines().reduce((before, line) -> line).orElse(""))
        .contains("clicks_per_second=", "ratio_to_naive=", "cpu_seconds_per_million_clicks=")
        .contains("clicks=2000");
    assertThat(Files.readString(json)).contains("\"pair_updates_per_second\": ");
    assertThat(
            ProcessHandle.current()
                .descendants()
                .filter(process -> !isOneOfOrBornOf(othersBefore, process))
                .filter(ProcessHandle::isAlive))
        .as("processes that the bench left behind")
        .isEmpty();
  }

  /** A browser that runs beside this test starts processes of its own whenever it likes. */
  private static boolean isOneOfOrBornOf(Set<ProcessHandle> others, ProcessHandle process) {
    return Stream.iterate(
            Optional.of(process), Optional::isPresent, one -> one.flatMap(ProcessHandle::parent))
        .flatMap(Optional::stream)
        .anyMatch(others::contains);
  }
}

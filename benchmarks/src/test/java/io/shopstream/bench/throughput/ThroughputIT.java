package io.shopstream.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.BenchmarksApplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    var othersBefore = ProcessHandle.current().descendants().toList();

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
    var processes = ProcessHandle.current().descendants().toList();
    // A browser starts processes of its own whenever it likes.
    var others =
        othersBefore.stream()
            .flatMap(other -> Stream.concat(Stream.of(other), other.descendants()))
            .toList();
    assertThat(processes)
        .as("processes that the bench left behind")
        .filteredOn(ProcessHandle::isAlive)
        .isSubsetOf(others);
  }
}

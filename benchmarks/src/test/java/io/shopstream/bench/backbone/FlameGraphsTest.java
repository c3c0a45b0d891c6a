package io.shopstream.bench.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class FlameGraphsTest {

  @Command
  private static final class Program {
    @CommandLine.Mixin private FlameGraphs graphs;

    List<String> jvmOptions(String... arguments) {
      new CommandLine(this).parseArgs(arguments);
      return graphs.jvmOptions("some-jvm");
    }
  }

  @Test
  void shouldChangeNothingUnlessAskedTo() {
    assertThat(new Program().jvmOptions()).isEmpty();
  }

  @Test
  void shouldMakeAJvmDrawItsOwn(@TempDir Path folder) throws IOException, InterruptedException {
    var options = new Program().jvmOptions("--flame-graphs", folder.resolve("new").toString());
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    var process =
        new ProcessBuilder(java, options.get(0), "-version").redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(Files.readString(folder.resolve("new/some-jvm.html"))).contains("some-jvm");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x64",
    "Linux, aarch64, linux-arm64",
    "Mac OS X, aarch64, macos",
    "Linux, riscv64,",
    "Windows 11, amd64,"
  })
  void shouldKnowTheSystemsThatItsLibraryIsMadeFor(
      String system, String processor, String expected) {
    assertThat(FlameGraphs.platform(system, processor).orElse(null)).isEqualTo(expected);
  }
}

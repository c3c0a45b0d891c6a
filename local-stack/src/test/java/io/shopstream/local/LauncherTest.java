package io.shopstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script at the root of the project, as far as it goes without building anything. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  @TempDir Path folder;

  private record Outcome(int code, String output) {}

  @Test
  void shouldTeachItsCommands() throws Exception {
    var help = run(Map.of(), "--help");
    assertThat(help.code()).isZero();
    assertThat(help.output())
        .contains("demo", "up", "down", "status", "topics", "replay", "evaluate", "bench");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dmeo", "--version"})
  void shouldRefuseWhatItDoesNotKnowAndSayWhatThereIs(String command) throws Exception {
    var refusal = run(Map.of(), command);
    assertThat(refusal.code()).isEqualTo(2);
    assertThat(refusal.output()).contains("there is no command " + command).contains("demo");
  }

  @Test
  void shouldSayWhatIsWrongWithJavaHome() throws Exception {
    var refusal = run(Map.of("JAVA_HOME", "/nowhere"), "status");
    assertThat(refusal.code()).isEqualTo(1);
    assertThat(refusal.output()).contains("JAVA_HOME is /nowhere").contains("17");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openjdk version \"11.0.27\" 2025-04-15", "java version \"1.8.0_451\""})
  void shouldRefuseAJavaThatIsTooOld(String version) throws Exception {
    var java = Files.createDirectories(folder.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho '" + version + "' >&2\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    var refusal = run(Map.of("JAVA_HOME", folder.toString()), "status");
    assertThat(refusal.code()).isEqualTo(1);
    assertThat(refusal.output()).containsPattern("has version (11|1)\\. .*17 or newer");
  }

  private static Outcome run(Map<String, String> environment, String... arguments)
      throws Exception {
    var builder =
        new ProcessBuilder("bash", Installation.find().home().resolve("shopstream").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(environment);
    var process = builder.redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), output);
  }
}

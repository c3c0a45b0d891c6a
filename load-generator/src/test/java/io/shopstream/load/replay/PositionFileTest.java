package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionFileTest {

  @TempDir Path directory;

  @Test
  void shouldReadWhatItWroteLast() throws IOException {
    var file = PositionFile.of(directory.resolve("new"), "online-retail", "kafka-a/b:c");
    assertThat(file.read()).isEmpty();

    file.write(new ReplayPosition("sha256:1", -5, 10));
    file.write(new ReplayPosition("sha256:1", -5, 20));

    assertThat(file.read()).contains(new ReplayPosition("sha256:1", -5, 20));
    assertThat(directory.resolve("new")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void shouldKeepTargetsApart() throws IOException {
    PositionFile.of(directory, "online-retail", "kafka-one").write(new ReplayPosition("x", 0, 10));

    assertThat(PositionFile.of(directory, "online-retail", "kafka-two").read()).isEmpty();
  }

  @Test
  void shouldSayWhatIsDamaged() throws IOException {
    var file = PositionFile.of(directory, "online-retail", "kafka-one");
    Files.writeString(file.path(), "fingerprint=x\ntime_shift_ms=0\nrecords=many\n");

    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContaining("records is not a whole number: many");
  }
}

package io.shopstream.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningProcessTest {

  @TempDir Path folder;

  private final RunningProcess self = RunningProcess.of("broker", ProcessHandle.current(), 9092, 1);

  @Test
  void shouldReadWhatItWrote() {
    self.write(folder);
    assertThat(RunningProcess.readAll(folder)).containsExactly(self);
    assertThat(self.handle()).contains(ProcessHandle.current());

    self.remove(folder);
    assertThat(RunningProcess.readAll(folder)).isEmpty();
  }

  @Test
  void shouldNotTakeAnotherProcessWithTheSameNumberForItsOwn() {
    var earlier =
        new RunningProcess("broker", self.pid(), self.started().minusSeconds(60), 9092, 1);
    assertThat(earlier.handle()).isEmpty();
  }

  @Test
  void shouldListProcessesInTheOrderOfTheirStartAndPassOverDamagedFiles() throws Exception {
    var second = new RunningProcess("a-later-one", self.pid(), self.started(), 8081, 2);
    second.write(folder);
    self.write(folder);
    Files.writeString(folder.resolve("damaged.properties"), "pid=many");
    assertThat(RunningProcess.readAll(folder)).isEqualTo(List.of(self, second));
  }

  @Test
  void shouldListNothingWhereNothingWasEverStarted() {
    assertThat(RunningProcess.readAll(folder.resolve("none"))).isEmpty();
  }
}

package io.shopstream.bench.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
  @TempDir private Path folder;

  @Test
  void shouldPutExamplesOfOneSessionTogetherAgain() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("examples.csv"),
            "example,prefix,target\n0,a b c,d\n1,a b,c\n2,a,b\n3,a x,b\n4,a,x\n");
    assertThat(SessionFile.examples(file))
        .containsExactly(
            new Example(List.of("a", "b", "c"), List.of("d")),
            new Example(List.of("a", "b"), List.of("c", "d")),
            new Example(List.of("a"), List.of("b", "c", "d")),
            new Example(List.of("a", "x"), List.of("b")),
            new Example(List.of("a"), List.of("x", "b")));
  }

  @Test
  void shouldOrderClicksWithinSessionsAndSessionsByTheirBeginning() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("clicks.csv"),
            "session,item,time\n7,b,1400000009000\n7,a,1400000005000\n3,c,1400000001000\n");
    var sessions = SessionFile.sessions(file);
    assertThat(sessions).extracting(Session::id).containsExactly("3", "7");
    assertThat(sessions.get(1).items()).containsExactly("a", "b");
    assertThat(sessions.get(1).timesMs()).containsExactly(1400000005000L, 1400000009000L);
  }
}

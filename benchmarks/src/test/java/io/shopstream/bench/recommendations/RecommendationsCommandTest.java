package io.shopstream.bench.recommendations;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.BenchmarksApplication;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommendationsCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldFindWhatComesNextInAShopWithAPattern() throws IOException {
    // Ten chains of five items; each visit walks one from somewhere on.
    var train = new StringBuilder("session,items\n");
    var test = new StringBuilder("example,prefix,target\n");
    for (int session = 0; session < 200; session++) {
      int chain = session % 10;
      train.append(
          "%d,c%d-%d c%d-%d c%d-%d\n"
              .formatted(
                  session, chain, session % 3, chain, session % 3 + 1, chain, session % 3 + 2));
    }
    for (int chain = 0; chain < 10; chain++) {
      test.append("%d,c%d-0 c%d-1,c%d-2\n".formatted(2 * chain, chain, chain, chain));
      test.append("%d,c%d-0,c%d-1\n".formatted(2 * chain + 1, chain, chain));
    }
    var trainFile = folder.resolve("train.csv.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(trainFile))) {
      gzip.write(train.toString().getBytes(StandardCharsets.UTF_8));
    }
    var testFile = Files.writeString(folder.resolve("test.csv"), test);
    var report = folder.resolve("report");

    assertThat(run("--train", trainFile, "--test", testFile, "--report", report, "--exact"))
        .isZero();

    var figures = figures();
    assertThat(figures.get("examples")).isEqualTo(20);
    assertThat(figures.get("hr_at_20")).isEqualTo(1);
    assertThat(figures.get("mrr_at_20")).isGreaterThan(0.9);
    assertThat(figures.get("baseline_hr_at_20")).isEqualTo(1);
    assertThat(figures.get("overlap_at_20")).isEqualTo(1);
    assertThat(report.resolve("recommendations.md")).content().contains("| Shopstream | 1.000 |");
    assertThat(report.resolve("recommendations.json")).content().contains("\"hr_at_20\": 1.0000");
    assertThat(report.resolve("recommendations-hit-rate.png")).isNotEmptyFile();
  }

  @Test
  void shouldTestEachClickBeforeLearningIt() throws IOException {
    var clicks = new StringBuilder("SessionId\tItemId\tTime\n");
    for (int session = 0; session < 100; session++) {
      for (int item = 0; item < 3; item++) {
        clicks.append(
            "%d\t%d\t%d.5\n".formatted(session, item, 1_400_000_000 + 60 * session + item));
      }
    }
    var file = Files.writeString(folder.resolve("clicks.tsv"), clicks);

    assertThat(run("--prequential", file)).isZero();

    assertThat(figures().get("prequential_clicks")).isEqualTo(200);
    assertThat(figures().get("prequential_hr_at_20")).isBetween(0.98, 0.999);
    assertThat(figures().get("prequential_last_hr_at_20")).isEqualTo(1);
  }

  @Test
  void shouldNameFileLineAndFieldOfBadInput() throws IOException {
    var file = Files.writeString(folder.resolve("bad.csv"), "session,items\n1,a b\n2,\n");
    assertThat(run("--train", file, "--test", file)).isEqualTo(1);
    assertThat(err.toString()).contains(file + ", line 3: has no items");

    assertThat(run("--train", folder.resolve("none.csv"), "--test", file)).isEqualTo(1);
    assertThat(err.toString()).contains("none.csv does not exist");

    var other = Files.writeString(folder.resolve("other.csv"), "user,film\n1,2\n");
    assertThat(run("--train", other, "--test", file)).isEqualTo(1);
    assertThat(err.toString()).contains("other.csv, line 1: has no column session");

    assertThat(run("--train", file)).isEqualTo(2);
  }

  @Test
  void shouldTuneOnTheTrainingSessionsAlone() throws IOException {
    var train = new StringBuilder("session,items\n");
    for (int session = 0; session < 60; session++) {
      int from = session * 7 % 11;
      train.append("%d,i%d i%d i%d i%d\n".formatted(session, from, from + 1, from % 3, from + 2));
    }
    var file = Files.writeString(folder.resolve("train.csv"), train);
    assertThat(run("--tune", "--train", file)).isZero();
    assertThat(err.toString()).contains("54 sessions learned, 18 examples").contains("step_decay=");
  }

  private int run(Object... arguments) {
    var line = new String[arguments.length + 2];
    line[0] = "evaluate";
    line[1] = "recommendations";
    for (int i = 0; i < arguments.length; i++) {
      line[i + 2] = arguments[i].toString();
    }
    return BenchmarksApplication.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(line);
  }

  private Map<String, Double> figures() {
    var figures = new HashMap<String, Double>();
    for (var pair : out.toString().strip().split(" ", -1)) {
      figures.put(
          pair.substring(0, pair.indexOf('=')),
          Double.valueOf(pair.substring(pair.indexOf('=') + 1)));
    }
    return figures;
  }
}

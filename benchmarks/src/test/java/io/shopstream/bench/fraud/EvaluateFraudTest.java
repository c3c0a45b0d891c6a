package io.shopstream.bench.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EvaluateFraudTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int evaluate(Object... args) {
    CommandLine command = new CommandLine(new EvaluateFraud());
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
  }

  private Map<String, Double> figures() {
    Map<String, Double> figures = new HashMap<>();
    List<String> lines = out.toString().lines().toList();
    for (String pair : lines.get(lines.size() - 1).split(" ", -1)) {
      int equals = pair.indexOf('=');
      figures.put(pair.substring(0, equals), Double.valueOf(pair.substring(equals + 1)));
    }
    return figures;
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
  }

  @Test
  void shouldFindTheRingsOutOfTimeAtAlmostNoFalseAlarms() throws IOException {
    Path orders = directory.resolve("orders.csv");
    SharedDevices.write(orders, 12_000, 190, 7);
    Path mapping =
        write(
            "columns.txt",
            "# how this shop calls things",
            "user = user_id, signup_time = signup_time, time = purchase_time",
            "amount = purchase_value",
            "device = device_id",
            "ip = ip_address",
            "source, browser, age",
            "gender = sex",
            "fraud = class",
            "time_format = yyyy-MM-dd HH:mm:ss");
    Path json = directory.resolve("figures.json");
    Path charts = directory.resolve("charts");

    int exit =
        evaluate(
            "--orders",
            orders,
            "--mapping",
            mapping,
            "--test-fraction",
            0.4,
            "--json",
            json,
            "--report",
            charts);

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    Map<String, Double> figures = figures();
    assertThat(figures.get("orders")).isEqualTo(4_800);
    assertThat(figures.get("recall_at_1pct_fpr")).isGreaterThan(0.45);
    assertThat(figures.get("average_precision")).isGreaterThan(0.5);
    assertThat(figures.get("auc_roc")).isGreaterThan(0.7);
    assertThat(figures.get("calibration_error")).isLessThan(0.02);
    assertThat(out.toString()).containsPattern("decline +[0-4] sound +[1-9][0-9]+ frauds");
    assertThat(Files.readString(json)).contains("\"orders\":4800").contains("\"auc_roc\":0.");
    for (String chart : List.of("roc.png", "precision-recall.png", "calibration.png")) {
      assertThat(charts.resolve(chart)).isNotEmptyFile();
    }
  }

  @Test
  void shouldFindRingsThatComeBeforeAnyOutcome() throws IOException {
    Path orders = directory.resolve("orders.csv");
    SharedDevices.write(orders, 8_000, 6, 11);

    assertThat(evaluate("--orders", orders)).isZero();

    assertThat(figures().get("recall_at_1pct_fpr")).isGreaterThan(0.4);
  }

  @Test
  void shouldMeasureTheHandbooksWeeksWithoutTheKnownCompromised() throws IOException {
    Path orders = directory.resolve("transactions.csv.gz");
    Random random = new Random(2);
    List<String> lines = new ArrayList<>(List.of(String.join(",", Handbook.HEADER)));
    for (int day = 60; day < 140; day++) {
      for (int i = 0; i < 60; i++) {
        boolean dear = i % 20 == 0;
        long second = day * 86_400L + i * 1_400L;
        lines.add(
            String.join(
                ",",
                Long.toString(second),
                Integer.toString(dear ? 1_000 + day : random.nextInt(50)),
                Integer.toString(random.nextInt(30)),
                Integer.toString(dear ? 90_000 : 1_000 + random.nextInt(5_000)),
                dear ? "1" : "0"));
      }
    }
    try (OutputStream file = Files.newOutputStream(orders);
        OutputStream zip = new GZIPOutputStream(file)) {
      zip.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    assertThat(evaluate("--orders", orders)).isZero();

    assertThat(out.toString())
        .contains("test week 2018-07-18")
        .contains("test week 2018-07-25")
        .contains("test week 2018-08-01")
        .contains("test week 2018-08-08")
        .contains("mean of the weeks");
    assertThat(figures().get("orders")).isEqualTo(4 * 7 * 60);
    assertThat(figures().get("average_precision")).isGreaterThan(0.99);
    assertThat(figures().get("card_precision_at_100")).isEqualTo(0.01);
  }

  @Test
  void shouldLeaveOutCustomersOnceTheirFraudIsKnown() {
    Handbook handbook = new Handbook(false);
    long firstDay = handbook.weeks().get(3).firstDay();
    long dayMs = 86_400_000;
    long start = 1_522_540_800_000L;
    for (String customer : List.of("long-ago", "known", "just-now", "never")) {
      long fraudDay =
          switch (customer) {
            case "long-ago" -> firstDay - 15;
            case "known" -> firstDay - 8;
            default -> firstDay - 7;
          };
      boolean fraud = !customer.equals("never");
      handbook.add(new Scored(start + fraudDay * dayMs, customer, 0.5, fraud));
    }
    for (String customer : List.of("long-ago", "known", "just-now", "never")) {
      handbook.add(new Scored(start + firstDay * dayMs, customer, 0.5, false));
      handbook.add(new Scored(start + (firstDay + 1) * dayMs, customer, 0.5, false));
    }

    assertThat(handbook.weeks().get(3).scored())
        .extracting(Scored::party)
        .containsExactly("long-ago", "long-ago", "just-now", "never", "never");
  }

  @Test
  void shouldReportWhatAShadowRuleWouldHaveDone() throws IOException {
    Path orders = directory.resolve("orders.csv");
    SharedDevices.write(orders, 3_000, 190, 3);
    Path rules =
        write(
            "fraud.rules",
            "version 1",
            "shadow rule rush: decline when order.seconds_since_signup < 10 s");

    assertThat(evaluate("--orders", orders, "--rules", rules)).isZero();

    assertThat(out.toString()).contains("shadow rule rush fired on 0 sound orders and 150 frauds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1,2015-01-01 00:00:00,2015-01-01 00:00:01,x9,D,SEO,IE,M,20,1.5,1|orders.csv:3: column purchase_value: «x9» must be a number",
        "1,2015-01-01 00:00:00,2015-01-01 00:00:01,-9,D,SEO,IE,M,20,1.5,1|orders.csv:3: column purchase_value: «-9» must be 0 or more",
        "1,2015-01-01 00:00:00,yesterday,9,D,SEO,IE,M,20,1.5,1|orders.csv:3: column purchase_time: «yesterday» must be a time",
        "1,2015-01-01 00:00:00,2015-01-01 00:00:01,9,D,SEO,IE,M,20,1.5,maybe|orders.csv:3: column class: «maybe» must be 0 or 1",
        "1,2015-01-01 00:00:00,2015-01-01 00:00:01,9,D,SEO,IE,M,old,1.5,1|orders.csv:3: column age: «old» must be a number",
        "1,2015-01-01 00:00:00|orders.csv:3: 2 values, the header names 11 columns"
      })
  void shouldSayWhereAFileIsWrong(String row, String problem) throws IOException {
    Path orders =
        write(
            "orders.csv",
            SharedDevices.HEADER,
            "1,2015-01-01 00:00:00,2015-01-01 00:00:01,9,D,SEO,IE,M,20,1.5,1",
            row);

    assertThat(evaluate("--orders", orders)).isEqualTo(1);
    assertThat(err.toString()).contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "user = userid|columns.txt:1: the orders have no column «userid»; they have user_id,",
        "colour = sex|columns.txt:1: unknown field «colour»; known are order_id, time,",
        "user = user_id, user = device_id|columns.txt:1: user is given twice",
        "user = user_id|no column for time and fraud"
      })
  void shouldSayWhereAMappingIsWrong(String mapping, String problem) throws IOException {
    Path orders = write("orders.csv", SharedDevices.HEADER);
    Path columns = write("columns.txt", mapping);

    assertThat(evaluate("--orders", orders, "--mapping", columns)).isEqualTo(1);
    assertThat(err.toString()).contains(problem);
  }

  @Test
  void shouldSayWhatIsWrongWithTheCommandLine() throws IOException {
    Path orders = write("orders.csv", SharedDevices.HEADER);

    assertThat(evaluate("--orders", directory.resolve("none.csv"))).isEqualTo(1);
    assertThat(err.toString()).contains("there is no file").contains("none.csv");
    assertThat(evaluate("--orders", orders, "--test-fraction", 2)).isEqualTo(2);
    assertThat(err.toString()).contains("--test-fraction is 2.0");
    assertThat(evaluate("--orders", orders)).isEqualTo(1);
    assertThat(err.toString()).contains("no orders after the header line");
  }
}

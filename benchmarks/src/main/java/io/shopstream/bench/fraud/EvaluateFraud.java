package io.shopstream.bench.fraud;

import io.shopstream.streams.fraud.decision.Assessment;
import io.shopstream.streams.fraud.decision.Assessor;
import io.shopstream.streams.fraud.decision.Decision;
import io.shopstream.streams.fraud.decision.Policy;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.fraud.rules.RuleSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code evaluate fraud}: how good fraud scores are on a file of orders whose outcomes are known.
 */
@Command(
    name = "fraud",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How good fraud scores are on a file of orders whose outcomes are known.",
      "",
      "Runs the orders in the order of time through the same code that serves. Each order is scored before its outcome"
          + " is known; outcomes are told to the features and the model only after --outcome-delay. The last line has"
          + " the figures as key=value.",
      ""
    },
    footer = {
      "",
      "Files: CSV with a header line, gzipped if the name ends in .gz.",
      "  The Fraud Detection Handbook's transactions (tx_seconds,customer_id,terminal_id,amount_cents,fraud_scenario)",
      "  are recognised and measured by the handbook's protocol: four test weeks, customers known to be compromised",
      "  left out, the mean of the weeks on the last line.",
      "  Any other file needs columns for at least the time and the outcome. Common names of columns are recognised;",
      "  for others give a mapping file of lines «field = column», say:",
      "",
      "    user = user_id",
      "    time = purchase_time",
      "    signup_time = signup_time",
      "    amount = purchase_value",
      "    device = device_id",
      "    ip = ip_address",
      "    fraud = class",
      "    time_format = yyyy-MM-dd HH:mm:ss",
      "",
      "  Fields: order_id, time, amount, amount_minor, user, card, device, ip, email, address, seller, signup_time,",
      "  source, browser, gender, payment_method, email_domain, currency, billing_country, shipping_country, age,",
      "  pieces, clicks_before, fraud (0 or 1).",
      "",
      "Example:",
      "  ./shopstream evaluate fraud --orders Fraud_Data.csv --mapping columns.txt --test-fraction 0.3"
    })
public final class EvaluateFraud implements Callable<Integer> {

  private static final int PROGRESS_EVERY = 100_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--orders",
      required = true,
      paramLabel = "FILE",
      description = "The orders, with their outcomes.")
  private Path orders;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "Which column holds what; without it the names of the columns must say so.")
  private Path mapping;

  @Option(
      names = "--test-fraction",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "Measure on the newest part of the orders alone, 0 < X <= 1 (default: ${DEFAULT-VALUE}, all orders). Not for"
              + " the handbook's file.")
  private double testFraction;

  @Option(
      names = "--outcome-delay",
      paramLabel = "DAYS",
      defaultValue = "7",
      description = "Days until an outcome is known (default: ${DEFAULT-VALUE}).")
  private double outcomeDelayDays;

  @Option(
      names = "--validation",
      description = "Handbook: the four weeks before the test weeks, for tuning.")
  private boolean validation;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description = "Rules to ask as well; prints what each one, shadow rules included, caught.")
  private Path rulesFile;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON, too.")
  private Path json;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Draw ROC, precision-recall and calibration into this directory.")
  private Path report;

  @Mixin private Thresholds thresholds = new Thresholds();

  /** From which probability on an order is looked at or declined. */
  static final class Thresholds {
    @Option(
        names = "--review-at",
        paramLabel = "P",
        defaultValue = "0.2",
        description = "Probability from which an order is reviewed (default: ${DEFAULT-VALUE}).")
    private double reviewAt;

    @Option(
        names = "--decline-at",
        paramLabel = "P",
        defaultValue = "0.8",
        description = "Probability from which an order is declined (default: ${DEFAULT-VALUE}).")
    private double declineAt;

    Policy policy() {
      return new Policy(reviewAt, declineAt, 0);
    }
  }

  /** Runs the command alone. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new EvaluateFraud()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    System.setProperty("java.awt.headless", "true");
    if (!(testFraction > 0 && testFraction <= 1)) {
      throw usage("--test-fraction is " + testFraction + ", must be above 0 and at most 1");
    }
    if (!(outcomeDelayDays >= 0 && outcomeDelayDays <= 3650)) {
      throw usage("--outcome-delay is " + outcomeDelayDays + ", must be 0 to 3650 days");
    }
    try {
      evaluate();
      return CommandLine.ExitCode.OK;
    } catch (NoSuchFileException e) {
      return failed("there is no file " + e.getFile());
    } catch (OrderFileException | IllegalArgumentException e) {
      return failed(e.getMessage());
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private int failed(String problem) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(problem);
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private void evaluate() throws IOException {
    OrderFile file = new OrderFile(orders);
    List<String> header = file.header();
    RuleSet rules = rulesFile == null ? RuleSet.NONE : RuleSet.read(rulesFile);
    Run run = new Run(rules);
    if (mapping == null && header.equals(Handbook.HEADER)) {
      handbook(file, run);
    } else {
      Mapping columns =
          mapping == null ? Mapping.guess(orders, header) : Mapping.read(mapping, header);
      outOfTime(file, columns, run);
    }
  }

  private void handbook(OrderFile file, Run run) throws IOException {
    if (testFraction != 1) {
      throw usage("--test-fraction is not for the handbook's file, which has its own test weeks");
    }
    Handbook handbook = new Handbook(validation);
    handbook.orders(file, order -> handbook.add(run.score(order)));
    List<Quality> weeks = new ArrayList<>();
    List<Scored> all = new ArrayList<>();
    for (Handbook.Week week : handbook.weeks()) {
      if (week.scored().isEmpty()) {
        throw new OrderFileException(
            orders + ": no orders in the week that begins on " + week.begins());
      }
      Quality quality = Quality.of(week.scored());
      weeks.add(quality);
      all.addAll(week.scored());
      print((validation ? "validation week " : "test week ") + week.begins(), quality);
    }
    Quality mean = Quality.mean(weeks);
    print("mean of the weeks", mean);
    finish(run, all, mean);
  }

  private void outOfTime(OrderFile file, Mapping columns, Run run) throws IOException {
    out("columns " + columns);
    List<LabelledOrder> inOrder = new ArrayList<>();
    file.rows(row -> inOrder.add(columns.order(row)));
    if (inOrder.isEmpty()) {
      throw new OrderFileException(orders + ": no orders after the header line");
    }
    inOrder.sort(Comparator.comparingLong(labelled -> labelled.order().timeMs()));
    int tested = (int) Math.max(1, Math.ceil(inOrder.size() * testFraction));
    int first = inOrder.size() - tested;
    List<Scored> scored = new ArrayList<>(tested);
    for (int i = 0; i < inOrder.size(); i++) {
      if (i == first) {
        run.startTest();
      }
      Scored s = run.score(inOrder.get(i));
      if (i >= first) {
        scored.add(s);
      }
    }
    Quality quality = Quality.of(scored);
    if (quality.frauds() == 0 || quality.frauds() == quality.orders()) {
      throw new OrderFileException(
          orders
              + ": "
              + quality.frauds()
              + " of the "
              + quality.orders()
              + " orders measured are frauds; both kinds are needed");
    }
    for (Map.Entry<String, List<Scored>> month : byMonth(scored).entrySet()) {
      print("month " + month.getKey(), Quality.of(month.getValue()));
    }
    print("all measured orders", quality);
    finish(run, scored, quality);
  }

  private static Map<String, List<Scored>> byMonth(List<Scored> scored) {
    return scored.stream()
        .collect(
            Collectors.groupingBy(
                s -> java.time.Instant.ofEpochMilli(s.timeMs()).toString().substring(0, 7),
                TreeMap::new,
                Collectors.toList()));
  }

  private void finish(Run run, List<Scored> scored, Quality quality) throws IOException {
    run.print();
    if (report != null) {
      QualityCharts.write(report, scored, quality);
      out("charts in " + report);
    }
    Map<String, String> figures = figures(quality);
    if (json != null) {
      Files.writeString(
          json,
          figures.entrySet().stream()
              .map(
                  e ->
                      "\""
                          + e.getKey()
                          + "\":"
                          + ("NaN".equals(e.getValue()) ? "null" : e.getValue()))
              .collect(Collectors.joining(",", "{", "}\n")),
          StandardCharsets.UTF_8);
    }
    out(
        figures.entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(" ")));
  }

  private static Map<String, String> figures(Quality quality) {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("auc_roc", number(quality.aucRoc()));
    figures.put("average_precision", number(quality.averagePrecision()));
    figures.put("card_precision_at_100", number(quality.cardPrecisionAt100()));
    figures.put("recall_at_1pct_fpr", number(quality.recallAt1PctFpr()));
    figures.put("calibration_error", number(quality.calibrationError()));
    figures.put("orders", Long.toString(quality.orders()));
    return figures;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "NaN" : String.format(Locale.ROOT, "%.5f", value);
  }

  private void print(String what, Quality quality) {
    out(
        String.format(
            Locale.ROOT,
            "%-28s %7d orders %6d frauds  AUC %.4f  AP %.4f  card precision@100 %.4f  recall@1%% %.4f  calibration error %.5f",
            what,
            quality.orders(),
            quality.frauds(),
            quality.aucRoc(),
            quality.averagePrecision(),
            quality.cardPrecisionAt100(),
            quality.recallAt1PctFpr(),
            quality.calibrationError()));
  }

  private void out(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  /** A run through the file: scores, counts decisions and rules, shows progress. */
  private final class Run {
    private final Replay replay;
    private final long startNs = System.nanoTime();
    private final Map<Decision, long[]> decisions = new EnumMap<>(Decision.class);
    private final Map<String, long[]> shadow = new TreeMap<>();
    private long done;

    Run(RuleSet rules) {
      replay =
          new Replay(
              Duration.ofMillis(Math.round(outcomeDelayDays * 86_400_000)),
              Learner.Settings.defaults(),
              new Assessor(thresholds.policy(), 0),
              rules);
      startTest();
    }

    /** Decisions are counted from here. */
    void startTest() {
      for (Decision decision : Decision.values()) {
        decisions.put(decision, new long[2]);
      }
      shadow.clear();
    }

    Scored score(LabelledOrder labelled) {
      OrderFacts order = labelled.order();
      Assessment assessment = replay.assess(labelled);
      int kind = labelled.fraud() ? 1 : 0;
      decisions.get(assessment.decision())[kind]++;
      for (String rule : assessment.shadow()) {
        shadow.computeIfAbsent(rule, r -> new long[2])[kind]++;
      }
      if (++done % PROGRESS_EVERY == 0) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
            Locale.ROOT,
            "%,d orders, %.0f s, model %d%n",
            done,
            (System.nanoTime() - startNs) / 1e9,
            replay.model().version());
        err.flush();
      }
      String party = order.id(EntityType.USER);
      if (party.isEmpty()) {
        party = order.id(EntityType.CARD);
      }
      if (party.isEmpty()) {
        party = order.orderId();
      }
      return new Scored(order.timeMs(), party, assessment.probability(), labelled.fraud());
    }

    void print() {
      decisions.forEach(
          (decision, counts) ->
              out(
                  String.format(
                      Locale.ROOT,
                      "%-8s %7d sound %6d frauds",
                      decision.name().toLowerCase(Locale.ROOT),
                      counts[0],
                      counts[1])));
      shadow.forEach(
          (rule, counts) ->
              out(
                  String.format(
                      Locale.ROOT,
                      "shadow rule %s fired on %d sound orders and %d frauds",
                      rule,
                      counts[0],
                      counts[1])));
      double seconds = (System.nanoTime() - startNs) / 1e9;
      out(
          String.format(
              Locale.ROOT,
              "%,d orders in %.0f s, %.0f a second; model %d of %,d bytes",
              done,
              seconds,
              done / seconds,
              replay.model().version(),
              replay.model().toBytes().length));
    }
  }
}

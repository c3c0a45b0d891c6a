package io.shopstream.bench.profiles;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code evaluate profiles}. */
@Command(
    name = "profiles",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Replays the invoices of a shop through the whole stack (broker, registry, streams-app,"
          + " query-service in processes of their own) and compares each customer's profile, as the"
          + " API answers, with a recomputation from the file.",
      "",
      "Then forecasts churn: the customers that ordered before a day are published a second time,"
          + " under names of their own and moved so that the day is today; the risks that the API"
          + " answers are compared with who came back within 90 days.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  evaluate profiles",
      "  evaluate profiles --file part.csv.gz --json target/profiles.json"
    })
public final class ProfilesCommand implements Callable<Integer> {

  private static final String COHORT = "@cut";
  private static final int MISMATCHES_TOLD = 10;

  @Spec private CommandSpec spec;

  @Mixin private RetailOptions options;
  @Mixin private FiguresOption last;

  @Override
  public Integer call() throws InterruptedException {
    var path = options.file();
    var retail = RetailFile.read(path);
    var customers = retail.byCustomer();
    var cohort = Cohort.of(retail, options.cutMs());
    say(
        "%,d customers, %,d invoices; %,d customers ordered before %s"
            .formatted(
                customers.size(), retail.invoices().size(), cohort.before().size(), options.cut()));
    retail
        .withoutGoods()
        .forEach(
            (customer, reasons) ->
                say(
                    "customer %s is missing: all lines are left out (%s)"
                        .formatted(customer, String.join(", ", reasons))));
    var figures = new Figures();
    var mismatches = measure(path, customers, cohort, figures);
    last.tell(spec.commandLine().getOut(), figures);
    return mismatches == 0 ? 0 : 1;
  }

  private int measure(
      Path path, Map<String, List<RetailFile.Invoice>> customers, Cohort cohort, Figures figures)
      throws InterruptedException {
    try (var shop = ReplayedShop.start(this::say)) {
      shop.replay(path);
      shop.publish(cohort, COHORT);
      shop.awaitCounted(this::say);
      var mismatches = compare(customers, shop.profiles(List.copyOf(customers.keySet())), figures);
      forecast(cohort, shop, figures);
      return mismatches;
    }
  }

  private int compare(
      Map<String, List<RetailFile.Invoice>> customers,
      Map<String, Answered> answered,
      Figures figures) {
    var expected = new HashMap<String, Expected>();
    customers.forEach((customer, invoices) -> expected.put(customer, Expected.of(invoices)));
    var shiftMs = shift(expected, answered);
    var mismatches = 0;
    for (var customer : customers.keySet()) {
      var answer = answered.get(customer);
      var differences =
          answer == null
              ? Map.of("profile", "there is none")
              : expected.get(customer).differences(answer, shiftMs);
      if (!differences.isEmpty() && mismatches++ < MISMATCHES_TOLD) {
        say("customer %s: %s".formatted(customer, differences));
      }
    }
    figures.put("customers", answered.size()).put("rfm_mismatches", mismatches);
    return mismatches;
  }

  /** The replay moved all times by one constant: that of the first customer, and of all others. */
  private static long shift(Map<String, Expected> expected, Map<String, Answered> answered) {
    return expected.entrySet().stream()
        .filter(each -> each.getValue().firstMs() > 0 && answered.containsKey(each.getKey()))
        .map(each -> answered.get(each.getKey()).firstMs() - each.getValue().firstMs())
        .findFirst()
        .orElse(0L);
  }

  private void forecast(Cohort cohort, ReplayedShop shop, Figures figures)
      throws InterruptedException {
    var ids = cohort.before().keySet().stream().map(customer -> customer + COHORT).toList();
    var answered = shop.profiles(ids);
    var forecasts = new Forecasts();
    for (var customer : cohort.before().keySet()) {
      var answer = answered.get(customer + COHORT);
      if (answer != null && answer.churnRisk().isPresent()) {
        forecasts.add(
            answer.churnRisk().getAsDouble(), !cohort.cameBack(customer, ChurnCommand.HORIZON));
      }
    }
    forecasts.table().forEach(this::say);
    figures
        .put("churn_customers", forecasts.size())
        .put("churn_auc", forecasts.auc(), 4)
        .put("churn_calibration_error", forecasts.calibrationError(), 4);
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}

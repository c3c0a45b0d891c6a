package io.shopstream.bench.profiles;

import io.shopstream.bench.Figures;
import io.shopstream.bench.FiguresOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code evaluate churn}. */
@Command(
    name = "churn",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits the model of churn (BG/NBD) to the orders before a day by maximum likelihood, and tells"
          + " how well it forecasts who came back after it. Put what it prints into"
          + " streams.user-profiles.churn of streams-app's application.yml.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  evaluate churn",
      "  evaluate churn --file orders.csv.gz --cut 2011-06-01"
    })
public final class ChurnCommand implements Callable<Integer> {

  static final Duration HORIZON = Duration.ofDays(90);

  @Spec private CommandSpec spec;

  @Mixin private RetailOptions options;
  @Mixin private FiguresOption last;

  @Override
  public Integer call() {
    var retail = RetailFile.read(options.file());
    var cutMs = options.cutMs();
    var cohort = Cohort.of(retail, cutMs);
    if (cohort.before().isEmpty()
        || cohort.after().values().stream().allMatch(orders -> orders.isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          "--cut: no customer of the file ordered before and after " + options.cut());
    }
    var rhythms = cohort.rhythms();
    var fit = new RhythmFit(new ArrayList<>(rhythms.values()), cutMs);
    var customers = fit.fit();
    var forecasts = new Forecasts();
    rhythms.forEach(
        (customer, rhythm) ->
            forecasts.add(
                1 - rhythm.returnsWithin(customers, cutMs, HORIZON),
                !cohort.cameBack(customer, HORIZON)));
    var out = spec.commandLine().getOut();
    forecasts.table().forEach(out::println);
    var figures =
        new Figures()
            .put("customers", forecasts.size())
            .put("shape", customers.r(), 4)
            .put("rate_days", customers.alpha(), 3)
            .put("leaving", customers.a(), 4)
            .put("staying", customers.b(), 3)
            .put("mean_log_likelihood", fit.meanLogLikelihood(customers), 4)
            .put("churn_auc", forecasts.auc(), 4)
            .put("churn_calibration_error", forecasts.calibrationError(), 4);
    last.tell(out, figures);
    return 0;
  }
}

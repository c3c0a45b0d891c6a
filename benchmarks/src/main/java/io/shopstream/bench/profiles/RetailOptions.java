package io.shopstream.bench.profiles;

import io.shopstream.local.Installation;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of the commands that read invoices and forecast churn. */
final class RetailOptions {

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Invoices in the format of Online Retail, plain or gzip (default: the shipped ones).")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--cut",
      paramLabel = "DAY",
      description = "The first day that churn is forecast for (default: ${DEFAULT-VALUE}).")
  private LocalDate cut = LocalDate.parse("2011-07-13");

  /** The invoices to read. */
  Path file() {
    return file.orElseGet(
        () -> Installation.find().home().resolve("load-generator/data/online-retail.csv.gz"));
  }

  LocalDate cut() {
    return cut;
  }

  /** The beginning of the first day that is forecast, in milliseconds since 1970-01-01 UTC. */
  long cutMs() {
    return cut.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }
}

package io.shopstream.bench.recommendations;

import io.shopstream.bench.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** The figures for people: a page and plots. */
final class RecommendationsReport {
  private final StringBuilder page = new StringBuilder("# Quality of the recommendations\n");
  private XYChart hitRates;
  private XYChart progress;

  void examples(Path train, Path test, Quality served, Quality baseline) {
    page.append(
        String.format(
            Locale.ROOT,
            """

            Learned from `%s`, asked for the next click of each of %,d prefixes in `%s`; items of the \
            prefix may be recommended.

            | at 20 | hit rate | reciprocal rank | precision | recall | average precision | coverage | popularity |
            |---|---|---|---|---|---|---|---|
            | Shopstream | %s |
            | counts with the last item | %s |

            ![Hit rate by length of the list](recommendations-hit-rate.png)
            """,
            train.getFileName(),
            served.examples(),
            test.getFileName(),
            row(served),
            row(baseline)));
    hitRates =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title("Hit rate by length of the list")
            .xAxisTitle("recommendations shown")
            .yAxisTitle("next click among them")
            .build();
    hitRates.getStyler().setYAxisMin(0.0);
    addHitRates("Shopstream", served);
    addHitRates("counts with the last item", baseline);
  }

  private void addHitRates(String name, Quality quality) {
    var lengths = new double[Quality.LENGTH];
    var rates = new double[Quality.LENGTH];
    for (int length = 1; length <= Quality.LENGTH; length++) {
      lengths[length - 1] = length;
      rates[length - 1] = quality.hitRate(length);
    }
    hitRates.addSeries(name, lengths, rates);
  }

  private static String row(Quality quality) {
    return String.format(
        Locale.ROOT,
        "%.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f",
        quality.hitRate(),
        quality.reciprocalRank(),
        quality.precision(),
        quality.recall(),
        quality.averagePrecision(),
        quality.coverage(),
        quality.popularity());
  }

  void prequential(Path file, List<Prequential.Part> parts) {
    page.append(
        """

        Each click of `%s` tested before it was learned, from nothing on.

        ![Hit rate and reciprocal rank while learning](recommendations-prequential.png)
        """
            .formatted(file.getFileName()));
    progress =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title("Each click tested before it is learned")
            .xAxisTitle("clicks tested")
            .yAxisTitle("at 20")
            .build();
    progress.getStyler().setYAxisMin(0.0);
    var clicks = new double[parts.size()];
    long sum = 0;
    for (int p = 0; p < parts.size(); p++) {
      sum += parts.get(p).clicks();
      clicks[p] = sum;
    }
    progress.addSeries(
        "hit rate", clicks, parts.stream().mapToDouble(Prequential.Part::hitRate).toArray());
    progress.addSeries(
        "reciprocal rank",
        clicks,
        parts.stream().mapToDouble(Prequential.Part::reciprocalRank).toArray());
  }

  /**
   * Writes everything to a folder, which is made if need be.
   *
   * @throws IllegalStateException if it cannot be written
   */
  void write(Path folder, Figures figures) {
    System.setProperty("java.awt.headless", "true");
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("recommendations.md"), page + "\n```\n" + figures.line() + "\n```\n");
      figures.writeJson(folder.resolve("recommendations.json"));
      if (hitRates != null) {
        save(hitRates, folder.resolve("recommendations-hit-rate.png"));
      }
      if (progress != null) {
        save(progress, folder.resolve("recommendations-prequential.png"));
      }
    } catch (IOException e) {
      throw new IllegalStateException(folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void save(XYChart chart, Path file) throws IOException {
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}

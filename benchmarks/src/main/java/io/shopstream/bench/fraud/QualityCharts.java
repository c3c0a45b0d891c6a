package io.shopstream.bench.fraud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the curves: ROC, precision against recall, calibration. */
final class QualityCharts {
  private static final int MOST_POINTS = 1000;

  private QualityCharts() {}

  /** Writes {@code roc.png}, {@code precision-recall.png} and {@code calibration.png}. */
  static void write(Path directory, List<Scored> scored, Quality quality) throws IOException {
    Files.createDirectories(directory);
    List<Quality.Point> points = thinned(Quality.points(scored));

    List<Double> falsePositives = new ArrayList<>(List.of(0.0));
    List<Double> truePositives = new ArrayList<>(List.of(0.0));
    List<Double> recalls = new ArrayList<>();
    List<Double> precisions = new ArrayList<>();
    for (Quality.Point point : points) {
      falsePositives.add(point.falsePositiveRate());
      truePositives.add(point.recall());
      recalls.add(point.recall());
      precisions.add(point.precision());
    }
    XYChart roc =
        chart(
            String.format(Locale.ROOT, "ROC, area %.4f", quality.aucRoc()),
            "false positive rate",
            "recall");
    line(roc, "by chance", List.of(0.0, 1.0), List.of(0.0, 1.0));
    line(roc, "score", falsePositives, truePositives);
    save(roc, directory.resolve("roc.png"));

    XYChart pr =
        chart(
            String.format(
                Locale.ROOT,
                "Precision and recall, average precision %.4f",
                quality.averagePrecision()),
            "recall",
            "precision");
    double share = (double) quality.frauds() / Math.max(1, quality.orders());
    line(pr, "by chance", List.of(0.0, 1.0), List.of(share, share));
    line(pr, "score", recalls, precisions);
    save(pr, directory.resolve("precision-recall.png"));

    XYChart calibration =
        chart(
            String.format(Locale.ROOT, "Calibration, error %.5f", quality.calibrationError()),
            "probability said",
            "share of frauds");
    List<Quality.CalibrationBin> bins = Quality.calibration(scored);
    line(calibration, "perfect", List.of(0.0, 1.0), List.of(0.0, 1.0));
    calibration
        .addSeries(
            "score",
            bins.stream().map(Quality.CalibrationBin::said).toList(),
            bins.stream().map(Quality.CalibrationBin::came).toList())
        .setMarker(SeriesMarkers.CIRCLE);
    save(calibration, directory.resolve("calibration.png"));
  }

  private static List<Quality.Point> thinned(List<Quality.Point> points) {
    List<Quality.Point> kept = new ArrayList<>();
    Quality.Point last = null;
    for (Quality.Point point : points) {
      boolean moved =
          last == null
              || point.recall() - last.recall() > 1.0 / MOST_POINTS
              || point.falsePositiveRate() - last.falsePositiveRate() > 1.0 / MOST_POINTS;
      if (moved) {
        kept.add(point);
        last = point;
      }
    }
    if (!points.isEmpty()) {
      kept.add(points.get(points.size() - 1));
    }
    return kept;
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(700)
            .height(600)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    return chart;
  }

  private static void line(XYChart chart, String name, List<Double> x, List<Double> y) {
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }

  private static void save(XYChart chart, Path file) throws IOException {
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
  }
}

package io.shopstream.bench.recommendations;

import io.shopstream.query.recommend.VisitScorer;
import io.shopstream.query.recommend.VisitScorer.Settings;
import io.shopstream.query.recommend.VisitScorer.Share;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Searches the scorer's constants: learns from the first nine tenths of each file's sessions, asks
 * for the last tenth, and moves one constant after the other for as long as the sum over the files
 * of hit rate and reciprocal rank, each compared with what the present defaults give, grows.
 */
final class Tuning {
  private static final double HELD_OUT = 0.1;

  /** Few enough to try hundreds of settings, enough for differences of half a percent. */
  private static final int MOST_EXAMPLES = 15_000;

  private static final double[] FACTORS = {1.3, 1.15, 1.07};
  private static final double WORTHWHILE = 1e-4;

  private static final List<String> NAMES =
      List.of(
          "step_decay",
          "weight_exponent",
          "own_exponent",
          "neighbour_exponent",
          "sharpness",
          "reserve",
          "doubt",
          "repeats_prior",
          "repeats_prior_touches",
          "repeats_visit_touches",
          "repeats_item_touches",
          "returns_prior",
          "returns_prior_touches",
          "returns_visit_touches",
          "return_scale",
          "return_step_exponent",
          "return_touches_exponent");

  private record Held(String name, TrainedModel model, List<Example> examples) {}

  private record Figures(double hitRate, double reciprocalRank) {}

  private final Consumer<String> out;
  private final TrainedModel.Training training;

  Tuning(Consumer<String> out, TrainedModel.Training training) {
    this.out = out;
    this.training = training;
  }

  void run(List<Path> files) {
    var held = files.stream().map(this::hold).toList();
    var constants = constants(Settings.DEFAULT);
    var start = held.stream().map(one -> ask(one, Settings.DEFAULT)).toList();
    double best = 2.0 * held.size();
    out.accept("defaults: " + text(start));
    for (double factor : FACTORS) {
      for (int c = 0; c < constants.length; c++) {
        for (double move : new double[] {factor, 1 / factor}) {
          double before = constants[c];
          while (true) {
            double old = constants[c];
            constants[c] = old * move;
            if (!isPossible(constants)) {
              constants[c] = old;
              break;
            }
            var figures = held.stream().map(one -> ask(one, settings(constants))).toList();
            double sum = objective(figures, start);
            if (sum <= best + WORTHWHILE) {
              constants[c] = old;
              break;
            }
            best = sum;
            out.accept(
                String.format(
                    Locale.ROOT, "%s=%.4f: %s", NAMES.get(c), constants[c], text(figures)));
          }
          if (constants[c] != before) {
            break;
          }
        }
      }
    }
    for (int c = 0; c < constants.length; c++) {
      out.accept(String.format(Locale.ROOT, "%s=%.4f", NAMES.get(c), constants[c]));
    }
  }

  private Held hold(Path file) {
    var sessions = SessionFile.sessions(file);
    int known = (int) (sessions.size() * (1 - HELD_OUT));
    if (known == 0 || known == sessions.size()) {
      throw new IllegalStateException(file + ": 10 sessions or more are needed to tune");
    }
    var model = TrainedModel.of(sessions.subList(0, known), training);
    var all = Example.ofSessions(sessions.subList(known, sessions.size()));
    int step = Math.max(1, all.size() / MOST_EXAMPLES);
    var examples = new ArrayList<Example>();
    for (int e = 0; e < all.size(); e += step) {
      examples.add(all.get(e));
    }
    out.accept(
        "%s: %,d sessions learned, %,d examples of the %,d after them"
            .formatted(file, known, examples.size(), sessions.size() - known));
    return new Held(file.getFileName().toString(), model, examples);
  }

  private static Figures ask(Held held, Settings settings) {
    var scorer = new VisitScorer(settings);
    var quality = new Quality(held.model().clicksByItem());
    for (var example : held.examples()) {
      quality.add(held.model().recommend(scorer, example.prefix()), example.remaining());
    }
    return new Figures(quality.hitRate(), quality.reciprocalRank());
  }

  private static double objective(List<Figures> figures, List<Figures> start) {
    double sum = 0;
    for (int f = 0; f < figures.size(); f++) {
      sum += figures.get(f).hitRate() / start.get(f).hitRate();
      sum += figures.get(f).reciprocalRank() / start.get(f).reciprocalRank();
    }
    return sum;
  }

  private static String text(List<Figures> figures) {
    var text = new StringBuilder();
    for (var one : figures) {
      text.append(String.format(Locale.ROOT, "  %.4f / %.4f", one.hitRate(), one.reciprocalRank()));
    }
    return text.toString();
  }

  private static boolean isPossible(double[] constants) {
    return constants[0] <= 1 && constants[7] < 1 && constants[11] < 1;
  }

  private static double[] constants(Settings s) {
    return new double[] {
      s.stepDecay(),
      s.weightExponent(),
      s.ownExponent(),
      s.neighbourExponent(),
      s.sharpness(),
      s.reserve(),
      s.doubt(),
      s.repeats().prior(),
      s.repeats().priorTouches(),
      s.repeats().visitTouches(),
      s.repeats().itemTouches(),
      s.returns().prior(),
      s.returns().priorTouches(),
      s.returns().visitTouches(),
      s.returnScale(),
      s.returnStepExponent(),
      s.returnTouchesExponent()
    };
  }

  private static Settings settings(double[] c) {
    return new Settings(
        Settings.DEFAULT.maxItems(),
        c[0],
        c[1],
        c[2],
        c[3],
        c[4],
        c[5],
        c[6],
        new Share(c[7], c[8], c[9], c[10]),
        new Share(c[11], c[12], c[13], 0),
        c[14],
        c[15],
        c[16]);
  }
}

package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import java.util.Optional;

/**
 * Learns from outcomes as they arrive. Each outcome goes into the calibration and into a bounded
 * sample; when the frauds have grown by some part, trees are fitted to the sample anew. The work of
 * a fit is done a tree at a time ({@link #work}), so a thread that also does other things is never
 * held up for long. One learner for the whole shop; deterministic in the order of outcomes.
 */
public final class Learner {
  private static final int FORMAT = 1;

  /**
   * How to learn.
   *
   * @param mostFrauds frauds kept, the newest
   * @param mostSound sound orders kept, a random part
   * @param firstFitFrauds frauds needed for the first fit
   * @param growth part by which the frauds must have grown for another fit
   * @param recalibrateEvery outcomes after which the calibration is published anew
   * @param calibrationHalfLife outcomes after which an outcome counts half in the calibration
   * @param trees trees of a full fit
   * @param leaves leaves a tree
   * @param rate learning rate
   */
  public record Settings(
      int mostFrauds,
      int mostSound,
      int firstFitFrauds,
      double growth,
      int recalibrateEvery,
      double calibrationHalfLife,
      int trees,
      int leaves,
      double rate,
      double ridge,
      double least,
      double rowShare,
      double featureShare) {

    public static Settings defaults() {
      return new Settings(12_000, 48_000, 20, 0.10, 2_000, 200_000, 150, 16, 0.08, 5, 1, 0.7, 0.5);
    }
  }

  private final Settings settings;
  private final Reservoir reservoir;
  private final Calibration calibration;
  private FraudModel model = FraudModel.initial();
  private Boosting fitting;
  private long outcomes;
  private long frauds;
  private long fraudsAtFit;
  private long outcomesAtModel;

  public Learner(Settings settings) {
    this.settings = settings;
    reservoir = new Reservoir(settings.mostFrauds(), settings.mostSound());
    calibration = new Calibration(settings.calibrationHalfLife());
  }

  /** The newest model. */
  public FraudModel model() {
    return model;
  }

  /** Outcomes learnt from. */
  public long outcomes() {
    return outcomes;
  }

  /**
   * Takes in an outcome.
   *
   * @return a new model, when this outcome completes one: the same trees, calibrated anew
   */
  public Optional<FraudModel> learn(Example example) {
    outcomes++;
    frauds += example.fraud() ? 1 : 0;
    calibration.learn(example.margin(), example.fraud());
    reservoir.add(example);
    if (fitting == null && fitIsDue()) {
      fraudsAtFit = frauds;
      fitting = new Boosting(reservoir.examples(), boosting(), model.version() + 1);
    }
    if (outcomes - outcomesAtModel < settings.recalibrateEvery()) {
      return Optional.empty();
    }
    return Optional.of(publish(model));
  }

  private boolean fitIsDue() {
    if (reservoir.frauds() < settings.firstFitFrauds()
        || reservoir.sound() < settings.firstFitFrauds()) {
      return false;
    }
    double wanted =
        Math.max(
            settings.firstFitFrauds(),
            settings.growth() * Math.min(fraudsAtFit, settings.mostFrauds()));
    return fraudsAtFit == 0 || frauds - fraudsAtFit >= wanted;
  }

  /** Few examples bear few trees. */
  private Boosting.Settings boosting() {
    int bearable = 20 + reservoir.frauds() / 4;
    return new Boosting.Settings(
        Math.min(settings.trees(), bearable),
        settings.leaves(),
        settings.rate(),
        settings.ridge(),
        settings.least(),
        settings.rowShare(),
        settings.featureShare());
  }

  /** Whether a fit is under way. */
  public boolean fitting() {
    return fitting != null;
  }

  /**
   * Does a piece of the fit that is under way: one tree, some ten milliseconds.
   *
   * @return the new model, when this was the last piece
   */
  public Optional<FraudModel> work() {
    if (fitting == null) {
      return Optional.empty();
    }
    fitting.step();
    if (!fitting.done()) {
      return Optional.empty();
    }
    FraudModel fitted =
        publish(
            new FraudModel(
                model.version(),
                fitting.intercept(),
                fitting.slope(),
                fitting.trees(),
                calibration.curve()));
    fitting = null;
    return Optional.of(fitted);
  }

  private FraudModel publish(FraudModel next) {
    outcomesAtModel = outcomes;
    model = next.withVersion(model.version() + 1, calibration.curve());
    return model;
  }

  /**
   * All that is known, so that a learner read from it goes on as this one would; a fit under way
   * begins again.
   */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(1 << 20);
    out.putByte(FORMAT);
    out.putVarint(outcomes);
    out.putVarint(frauds);
    out.putVarint(fitting == null ? fraudsAtFit : 0);
    out.putVarint(outcomesAtModel);
    byte[] current = model.toBytes();
    out.putVarint(current.length);
    out.putBytes(current);
    calibration.write(out);
    reservoir.write(out);
    return out.toBytes();
  }

  /**
   * Reads a learner.
   *
   * @throws IllegalArgumentException when the bytes are not that of a learner
   */
  public static Learner fromBytes(Settings settings, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException("a learner of format " + format + ", known: " + FORMAT);
    }
    Learner learner = new Learner(settings);
    learner.outcomes = in.getVarint();
    learner.frauds = in.getVarint();
    learner.fraudsAtFit = in.getVarint();
    learner.outcomesAtModel = in.getVarint();
    learner.model = FraudModel.fromBytes(in.getBytes(in.getCount()));
    learner.calibration.read(in);
    learner.reservoir.read(in);
    return learner;
  }
}

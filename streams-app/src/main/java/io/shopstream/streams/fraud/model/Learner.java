package io.shopstream.streams.fraud.model;

import io.shopstream.streams.fraud.features.ByteReader;
import io.shopstream.streams.fraud.features.ByteWriter;
import java.util.Map;
import java.util.Optional;

/**
 * Learns from outcomes as they arrive. Each outcome goes into the calibration and into a bounded
 * sample; when the frauds have grown by some part, trees are fitted to the sample anew. The work of
 * a fit is done a piece at a time ({@link #work}), so a thread that also does other things is never
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

    /** The defaults with samples of other sizes. */
    public static Settings keeping(int mostFrauds, int mostSound) {
      Settings d = defaults();
      return new Settings(
          mostFrauds,
          mostSound,
          d.firstFitFrauds,
          d.growth,
          d.recalibrateEvery,
          d.calibrationHalfLife,
          d.trees,
          d.leaves,
          d.rate,
          d.ridge,
          d.least,
          d.rowShare,
          d.featureShare);
    }

    public static Settings defaults() {
      return new Settings(12_000, 48_000, 20, 0.20, 2_000, 200_000, 150, 8, 0.08, 5, 1, 0.7, 0.3);
    }
  }

  /** Is told which examples are kept and which no longer, to keep them elsewhere as well. */
  public interface Journal {
    /** Nobody keeps a copy. */
    Journal NONE =
        new Journal() {
          @Override
          public void keep(long sequence, Example example) {
            // nowhere
          }

          @Override
          public void drop(long sequence) {
            // nowhere
          }
        };

    /** The example is part of the sample from now on. */
    void keep(long sequence, Example example);

    /** The example is no longer part of the sample. */
    void drop(long sequence);
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
    this(settings, Journal.NONE);
  }

  /**
   * A learner that has seen nothing.
   *
   * @param journal is told of every change of the sample
   */
  public Learner(Settings settings, Journal journal) {
    this.settings = settings;
    reservoir = new Reservoir(settings.mostFrauds(), settings.mostSound(), journal);
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
    reservoir.add(outcomes, example);
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

  /** Forgets the example of an order; what a model has learnt from it stays in the model. */
  public void forget(String orderId) {
    reservoir.forget(orderId);
  }

  /** Whether a fit is under way. */
  public boolean fitting() {
    return fitting != null;
  }

  /**
   * Does a piece of the fit that is under way: some ten milliseconds.
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
   * What is known apart from the model and from the examples of the journal; some 900 bytes. A
   * learner restored from all three goes on as this one would; a fit under way begins again.
   */
  public byte[] head() {
    ByteWriter out = new ByteWriter(1024);
    out.putByte(FORMAT);
    out.putVarint(outcomes);
    out.putVarint(frauds);
    out.putVarint(fitting == null ? fraudsAtFit : 0);
    out.putVarint(outcomesAtModel);
    out.putDouble(reservoir.share());
    calibration.write(out);
    return out.toBytes();
  }

  /**
   * Goes on where another learner stopped.
   *
   * @param head its {@link #head}
   * @param model its newest model
   * @param examples what its journal was told to keep, in the order of the sequence
   * @throws IllegalArgumentException when the head is not that of a learner
   */
  public static Learner restore(
      Settings settings,
      Journal journal,
      byte[] head,
      FraudModel model,
      Map<Long, Example> examples) {
    ByteReader in = new ByteReader(head);
    int format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException("a learner of format " + format + ", known: " + FORMAT);
    }
    Learner learner = new Learner(settings, journal);
    learner.outcomes = in.getVarint();
    learner.frauds = in.getVarint();
    learner.fraudsAtFit = in.getVarint();
    learner.outcomesAtModel = in.getVarint();
    learner.reservoir.restore(in.getDouble(), examples);
    learner.calibration.read(in);
    learner.model = model;
    return learner;
  }
}

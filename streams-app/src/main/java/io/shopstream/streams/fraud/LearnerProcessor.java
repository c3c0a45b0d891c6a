package io.shopstream.streams.fraud;

import static io.shopstream.streams.fraud.FraudLearningTopology.COMMANDS_ANEW_SINK;
import static io.shopstream.streams.fraud.FraudLearningTopology.FRAUD_LEARNER;
import static io.shopstream.streams.fraud.FraudLearningTopology.MODEL_SINK;

import io.shopstream.events.FraudModelCommand;
import io.shopstream.streams.fraud.model.Drift;
import io.shopstream.streams.fraud.model.Example;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.store.ChangelogPulse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from every order whose outcome is known, in the task of the first partition alone, and
 * publishes each new model. The trees of a fit are grown one at a time with pauses, so that
 * learning takes a part of a processor and no more.
 */
final class LearnerProcessor extends ContextualProcessor<String, Object, String, Object> {

  private static final Logger LOG = LoggerFactory.getLogger(LearnerProcessor.class);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /**
   * A piece of a fit is followed by a rest this many times as long: fitting takes a twentieth of a
   * core at most, because orders wait for the processor while models do not.
   */
  private static final int REST = 19;

  private final Learner.Settings settings;
  private final Duration changelogLag;
  private final FraudMetrics metrics;
  private LearnerStore store;
  private Learner learner;
  private Drift drift;
  private boolean isTheLearner;
  private long restUntilMs;

  LearnerProcessor(Learner.Settings settings, Duration changelogLag, FraudMetrics metrics) {
    this.settings = settings;
    this.changelogLag = changelogLag;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    super.init(context);
    isTheLearner = context.taskId().partition() == 0;
    if (!isTheLearner) {
      return;
    }
    store = new LearnerStore(context.getStateStore(FRAUD_LEARNER));
    learner = store.restore(settings);
    drift = new Drift();
    LOG.info(
        "Learning goes on after {} outcomes with model {}",
        learner.outcomes(),
        learner.model().version());
    ChangelogPulse.schedule(context, changelogLag, FRAUD_LEARNER);
    context.schedule(PAUSE, PunctuationType.WALL_CLOCK_TIME, this::work);
  }

  @Override
  public void process(Record<String, Object> record) {
    if (record.value() instanceof FraudModelCommand command) {
      if (isTheLearner) {
        obey(command);
      } else {
        context().forward(record, COMMANDS_ANEW_SINK);
      }
    } else if (isTheLearner && record.value() instanceof byte[] bytes) {
      Example.forgottenOrder(bytes)
          .ifPresentOrElse(learner::forget, () -> learn(Example.fromBytes(bytes)));
    }
  }

  private void learn(Example example) {
    drift.learn(example.margin(), learner.model().probability(example.margin()), example.fraud());
    learner.learn(example).ifPresent(this::publish);
    store.head(learner);
    metrics.learnt(learner.outcomes(), drift.observedToExpected(), drift.stabilityIndex());
  }

  private void work(long nowMs) {
    if (learner.fitting() && nowMs >= restUntilMs) {
      var begin = System.nanoTime();
      var fitted = learner.work();
      restUntilMs = nowMs + REST * TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (fitted.isPresent()) {
        publish(fitted.get());
        store.head(learner);
      }
    }
  }

  private void publish(FraudModel model) {
    store.keep(model);
    if (store.pinned() < 0) {
      send(model.toBytes());
    }
  }

  private void obey(FraudModelCommand command) {
    switch (command.getAction()) {
      case PIN -> {
        var bytes = store.model(command.getVersion());
        if (bytes == null) {
          LOG.warn(
              "Model {} cannot be put back: the last {} are kept, the newest is {}",
              command.getVersion(),
              LearnerStore.MODELS_KEPT,
              learner.model().version());
          return;
        }
        store.pin(command.getVersion());
        LOG.info("Model {} scores until it is released", command.getVersion());
        send(bytes);
      }
      case RELEASE -> {
        store.release();
        LOG.info("The newest model scores, it is {}", learner.model().version());
        send(learner.model().toBytes());
      }
      case UNKNOWN -> LOG.warn("A command that this version does not know is passed by");
    }
  }

  private void send(byte[] model) {
    context()
        .forward(
            new Record<>(ModelView.CURRENT, model, context().currentSystemTimeMs()), MODEL_SINK);
  }
}

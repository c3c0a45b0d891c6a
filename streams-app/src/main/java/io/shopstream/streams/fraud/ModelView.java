package io.shopstream.streams.fraud;

import io.shopstream.streams.fraud.model.FraudModel;
import java.util.Arrays;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model that scores, read anew when another one has been published. */
final class ModelView {

  private static final Logger LOG = LoggerFactory.getLogger(ModelView.class);

  /** The one key of the topic of models. */
  static final String CURRENT = "current";

  private final ReadOnlyKeyValueStore<String, byte[]> published;
  private byte[] read = {};
  private FraudModel model = FraudModel.initial();

  ModelView(ReadOnlyKeyValueStore<String, byte[]> published) {
    this.published = published;
  }

  /** The model to score with now. */
  FraudModel current() {
    var newest = published.get(CURRENT);
    if (newest != null && !Arrays.equals(newest, read)) {
      read = newest;
      try {
        model = FraudModel.fromBytes(newest);
      } catch (IllegalArgumentException e) {
        LOG.error(
            "The published model cannot be used, scoring goes on with version {}: {}",
            model.version(),
            e.getMessage());
      }
    }
    return model;
  }
}

package io.shopstream.streams.fraud;

import io.shopstream.streams.fraud.model.Example;
import io.shopstream.streams.fraud.model.FraudModel;
import io.shopstream.streams.fraud.model.Learner;
import io.shopstream.streams.store.RowStore;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;

/**
 * The learner in a store: its head, its examples one a row, the models it published last, and which
 * of them is pinned. Rows are keyed by one letter and a number.
 */
final class LearnerStore implements Learner.Journal {

  /** Models kept, so that an earlier one can be put back. */
  static final int MODELS_KEPT = 30;

  private static final Bytes HEAD = key('h', 0);
  private static final Bytes PINNED = key('p', 0);

  private final RowStore rows;

  LearnerStore(RowStore rows) {
    this.rows = rows;
  }

  /** The learner as it was when its head was written last. */
  Learner restore(Learner.Settings settings) {
    var head = rows.get(HEAD);
    if (head == null) {
      return new Learner(settings, this);
    }
    var examples = new TreeMap<Long, Example>();
    try (var kept = rows.range(key('x', 0), key('x', Long.MAX_VALUE))) {
      kept.forEachRemaining(row -> examples.put(number(row.key), Example.fromBytes(row.value)));
    }
    var model = FraudModel.initial();
    try (var models = rows.reverseRange(key('m', 0), key('m', Long.MAX_VALUE))) {
      if (models.hasNext()) {
        model = FraudModel.fromBytes(models.next().value);
      }
    }
    return Learner.restore(settings, this, head, model, examples);
  }

  void head(Learner learner) {
    rows.put(HEAD, learner.head());
  }

  @Override
  public void keep(long sequence, Example example) {
    rows.put(key('x', sequence), example.toBytes());
  }

  @Override
  public void drop(long sequence) {
    rows.put(key('x', sequence), null);
  }

  void keep(FraudModel model) {
    rows.put(key('m', model.version()), model.toBytes());
    if (model.version() > MODELS_KEPT) {
      rows.put(key('m', model.version() - MODELS_KEPT), null);
    }
  }

  /** The bytes of a model, or null when it is not kept. */
  byte[] model(long version) {
    return version == 0 ? FraudModel.initial().toBytes() : rows.get(key('m', version));
  }

  /** The version that scores until told otherwise, or -1 when it is the newest. */
  long pinned() {
    var row = rows.get(PINNED);
    return row == null ? -1 : ByteBuffer.wrap(row).getLong();
  }

  void pin(long version) {
    rows.put(PINNED, ByteBuffer.allocate(Long.BYTES).putLong(version).array());
  }

  void release() {
    rows.put(PINNED, null);
  }

  private static Bytes key(char kind, long number) {
    return Bytes.wrap(ByteBuffer.allocate(1 + Long.BYTES).put((byte) kind).putLong(number).array());
  }

  private static long number(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong(1);
  }
}

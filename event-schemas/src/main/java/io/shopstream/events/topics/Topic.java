package io.shopstream.events.topics;

import io.shopstream.events.ItemPairs;
import io.shopstream.events.ProfileMove;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of the catalogue: everything that the broker and a reader must know of it.
 *
 * @param name name on the broker
 * @param key what the key is, as raw UTF-8
 * @param value class of the Avro value; {@link SpecificRecord} itself where the value is raw bytes
 * @param compacted whether the newest record of a key is kept for ever
 * @param retention how long records are kept; for a compacted topic how long an overwritten record
 *     may live on
 */
public record Topic(
    String name,
    String key,
    Class<? extends SpecificRecord> value,
    boolean compacted,
    Duration retention) {

  /**
   * Largest record that an application may make of one that it was sent, in bytes: twice what a
   * broker takes from anybody else, so that whatever came in can be passed on, or put away, with
   * what has to be said of it.
   */
  public static final int LARGEST_DERIVED_BYTES = 2 * 1024 * 1024;

  /** Whether its records hold those of other topics. */
  private boolean isDerived() {
    return value == SpecificRecord.class || value == ProfileMove.class || value == ItemPairs.class;
  }

  /** Registry subject of the value, by the topic-name strategy. */
  public String subject() {
    return name + "-value";
  }

  /** Broker-side configuration of the topic. */
  public Map<String, String> brokerConfiguration() {
    var config = new TreeMap<String, String>();
    // With CreateTime a broker deletes replayed history at once and refuses clocks an hour ahead.
    config.put("message.timestamp.type", "LogAppendTime");
    if (compacted) {
      config.put("cleanup.policy", "compact");
      config.put("max.compaction.lag.ms", Long.toString(retention.toMillis()));
      config.put("segment.ms", Long.toString(retention.toMillis()));
    } else {
      config.put("cleanup.policy", "delete");
      config.put("retention.ms", Long.toString(retention.toMillis()));
    }
    if (isDerived()) {
      config.put("max.message.bytes", Integer.toString(LARGEST_DERIVED_BYTES));
    }
    return config;
  }
}

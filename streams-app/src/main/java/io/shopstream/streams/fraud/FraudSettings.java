package io.shopstream.streams.fraud;

import io.shopstream.streams.fraud.decision.Policy;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.runtime.Tuning;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Set;

/**
 * What the fraud-scoring application can be told.
 *
 * @param tuning how it runs
 * @param tableBytes table in front of each store, bytes a partition
 * @param dirtyBytes what of it may wait for a commit, bytes a partition
 * @param entities parties whose past is remembered
 * @param zone in which hour and weekday of an order are meant
 * @param policy what follows from a probability
 * @param mostReasons reasons given, at most
 * @param partsTimeout how long an order waits for the parts of its parties
 * @param legitimateAfter an order without an outcome for so long is taken for legitimate
 * @param rememberOrders how long an order is remembered, for a late chargeback or a duplicate
 * @param rememberEntities how long after its last order a party is remembered
 * @param changelogLag half of the time that what was deleted may live on in the changelogs
 */
public record FraudSettings(
    Tuning tuning,
    long tableBytes,
    long dirtyBytes,
    Set<EntityType> entities,
    ZoneId zone,
    Policy policy,
    int mostReasons,
    Duration partsTimeout,
    Duration legitimateAfter,
    Duration rememberOrders,
    Duration rememberEntities,
    Duration changelogLag) {

  /** Between two steps of a sweep: small ones, because an order that waits behind one is late. */
  static final Duration SWEEP_INTERVAL = Duration.ofMillis(100);

  /** Rows that such a step looks at. */
  static final int ROWS_A_SWEEP = 20;

  public FraudSettings {
    entities = Set.copyOf(entities);
    if (rememberOrders.compareTo(legitimateAfter) < 0) {
      throw new IllegalArgumentException(
          "An order must be remembered at least until it is taken for legitimate: %s is less than %s"
              .formatted(rememberOrders, legitimateAfter));
    }
  }
}

package io.shopstream.load.datasets;

import java.io.IOException;

/**
 * A source of shop events that can be read any number of times and tells the same events, in the
 * same order and with the same ids, each time.
 */
public interface Dataset {

  /** Short name, fit for a file name. */
  String name();

  /**
   * Changes whenever the events or their order would: two data sets with one fingerprint tell the
   * same story, so a position in one is a position in the other.
   */
  String fingerprint() throws IOException;

  /** How much there is; may take one pass over the source the first time. */
  Contents contents() throws IOException;

  /**
   * Opens a reader at the first event.
   *
   * @param timeShiftMs constant added to every event time, in milliseconds
   */
  EventReader open(long timeShiftMs) throws IOException;

  /**
   * How much a data set holds.
   *
   * @param clicks number of clicks
   * @param orders number of orders, cancellations included
   * @param catalogItems number of catalogue records
   * @param outcomes number of outcomes of orders
   * @param firstTimeMs time of the first event, unshifted
   * @param lastTimeMs time of the last event, unshifted
   */
  record Contents(
      long clicks,
      long orders,
      long catalogItems,
      long outcomes,
      long firstTimeMs,
      long lastTimeMs) {

    /** A data set without outcomes. */
    public Contents(
        long clicks, long orders, long catalogItems, long firstTimeMs, long lastTimeMs) {
      this(clicks, orders, catalogItems, 0, firstTimeMs, lastTimeMs);
    }

    /** Every record a reader tells. */
    public long records() {
      return clicks + orders + catalogItems + outcomes;
    }
  }
}

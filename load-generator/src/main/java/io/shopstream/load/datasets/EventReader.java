package io.shopstream.load.datasets;

import java.util.Iterator;

/**
 * Events of one reading of a data set, in ascending event time. Memory is bounded, whatever the
 * size of the source. A source that breaks off makes {@link #next} throw {@link
 * java.io.UncheckedIOException} with the file and line.
 */
public interface EventReader extends Iterator<ShopEvent>, AutoCloseable {

  /** What was left out so far, and why. */
  Refusals refusals();

  @Override
  void close();
}

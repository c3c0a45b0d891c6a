package io.shopstream.streams.fraud;

/** Whether the application is behind, so that parts of an order may be long in coming. */
@FunctionalInterface
public interface Lag {
  /** True while more is waiting than a moment's work. */
  boolean lagging();
}

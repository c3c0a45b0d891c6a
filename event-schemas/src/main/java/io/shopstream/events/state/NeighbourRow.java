package io.shopstream.events.state;

/** Reading view of one row of the item-neighbours store. */
public final class NeighbourRow {

  private NeighbourRow() {}
}

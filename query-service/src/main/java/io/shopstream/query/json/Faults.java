package io.shopstream.query.json;

import io.micronaut.core.annotation.Nullable;
import io.shopstream.query.problem.FieldError;
import java.util.ArrayList;
import java.util.List;

/** What was found wrong with the events of one request, in order. Bounded for each event. */
public final class Faults {

  /** An event with more faults than this is bad enough; the rest is not listed. */
  private static final int LISTED_PER_EVENT = 10;

  private final List<FieldError> errors = new ArrayList<>();
  private @Nullable Integer index;
  private String path = "";
  private int inEvent;

  /** The next event begins. */
  public void begin(@Nullable Integer indexInBatch) {
    index = indexInBatch;
    path = "";
    inEvent = 0;
  }

  /** Fields named from now on are within this; returns what to give back to {@link #leave}. */
  String enter(String prefix) {
    var outer = path;
    path = outer + prefix;
    return outer;
  }

  void leave(String outer) {
    path = outer;
  }

  /** Something is wrong with a field; null for the event as a whole. */
  public void add(@Nullable String field, String reason) {
    if (inEvent++ < LISTED_PER_EVENT) {
      errors.add(new FieldError(index, field == null ? null : path + field, reason));
    }
  }

  /** Whether anything was found in the event that began last. */
  public boolean inThisEvent() {
    return inEvent > 0;
  }

  /** Number of faults found in the event that began last. */
  int count() {
    return inEvent;
  }

  /** All faults of all events. */
  public List<FieldError> errors() {
    return errors;
  }
}

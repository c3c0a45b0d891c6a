package io.shopstream.streams.fraud.rules;

/** A rule of a file. Immutable. */
public final class Rule {
  private final String name;
  private final Action action;
  private final boolean shadow;
  private final String because;
  private final Condition condition;

  Rule(String name, Action action, boolean shadow, String because, Condition condition) {
    this.name = name;
    this.action = action;
    this.shadow = shadow;
    this.because = because;
    this.condition = condition;
  }

  /** Its name, unique in the file. */
  public String name() {
    return name;
  }

  /** What it asks for. */
  public Action action() {
    return action;
  }

  /** Whether it only reports what it would have done. */
  public boolean shadow() {
    return shadow;
  }

  /** The reason in words. */
  public String because() {
    return because;
  }

  /** Whether it fires. */
  public boolean fires(Subject subject) {
    return condition.holds(subject);
  }
}

package io.shopstream.query.problem;

import io.micronaut.core.annotation.Nullable;

/** Checks of query parameters. */
public final class Parameters {

  private Parameters() {}

  /**
   * A number within bounds, or its default.
   *
   * @param given null when the parameter is not there
   * @throws ProblemException 400 when it is not a whole number within the bounds
   */
  public static int number(
      String name, @Nullable String given, int least, int most, int byDefault) {
    if (given == null) {
      return byDefault;
    }
    try {
      var number = Integer.parseInt(given);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw ProblemException.invalid(name, "must be a whole number from " + least + " to " + most);
  }
}

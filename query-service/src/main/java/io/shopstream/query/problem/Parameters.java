package io.shopstream.query.problem;

import io.micronaut.core.annotation.Nullable;
import java.math.BigDecimal;

/** Checks of query parameters. */
public final class Parameters {

  /** Largest amount of money, in minor units. */
  private static final long MOST_MONEY = 1_000_000_000_000L;

  private Parameters() {}

  /** A bound as people write it: 1, not 1.0. */
  public static String plain(double bound) {
    return new BigDecimal(Double.toString(bound)).stripTrailingZeros().toPlainString();
  }

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

  /**
   * A decimal number within bounds.
   *
   * @throws ProblemException 400 when it is none
   */
  public static double decimal(String name, String given, double least, double most) {
    try {
      var number = Double.parseDouble(given);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw ProblemException.invalid(
        name, "must be a number from %s to %s".formatted(plain(least), plain(most)));
  }

  /**
   * A truth value.
   *
   * @throws ProblemException 400 when it is neither true nor false
   */
  public static boolean bool(String name, String given) {
    return switch (given) {
      case "true" -> true;
      case "false" -> false;
      default -> throw ProblemException.invalid(name, "must be true or false");
    };
  }

  /**
   * An amount of money in minor units.
   *
   * @throws ProblemException 400 when it is none
   */
  public static long money(String name, String given) {
    try {
      var amount = Long.parseLong(given);
      if (amount >= 0 && amount <= MOST_MONEY) {
        return amount;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw ProblemException.invalid(
        name, "must be a whole number of minor units (1999 for 19.99), 0 to " + MOST_MONEY);
  }
}

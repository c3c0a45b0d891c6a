package io.shopstream.query.recommend;

import io.micronaut.core.annotation.Nullable;
import io.shopstream.events.PairKind;
import io.shopstream.query.problem.ProblemException;
import java.util.Locale;

/**
 * What recommendations are drawn from: what was viewed or bought together, or bought in the end.
 */
enum Evidence {
  VIEWED(PairKind.VIEWED),
  BOUGHT(PairKind.BOUGHT),
  BOUGHT_AFTER_VIEWING(PairKind.BOUGHT_AFTER_VIEWING);

  private final PairKind kind;

  Evidence(PairKind kind) {
    this.kind = kind;
  }

  PairKind kind() {
    return kind;
  }

  /** Name in requests and answers. */
  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a query parameter.
   *
   * @param given null when it is not there: viewed
   * @throws ProblemException 400 when it is something else
   */
  static Evidence parse(@Nullable String given) {
    if (given == null) {
      return VIEWED;
    }
    for (var evidence : values()) {
      if (evidence.lowerCase().equals(given)) {
        return evidence;
      }
    }
    throw ProblemException.invalid("kind", "must be viewed, bought or bought_after_viewing");
  }
}

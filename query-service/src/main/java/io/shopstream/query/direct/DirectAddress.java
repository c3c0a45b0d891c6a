package io.shopstream.query.direct;

import io.micronaut.core.type.Argument;
import io.shopstream.query.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An address that is read from (GET) so often that Micronaut's way in and out shows. It has a route
 * in Micronaut, too, which serves whatever is not plain and good, and says what is wrong.
 *
 * @param <T> what it answers with, as JSON
 */
public interface DirectAddress<T> {

  /** Template of the route, with one variable that is a whole segment and not the last. */
  String template();

  Argument<T> type();

  /**
   * Understands a request. Nothing is read before it is asked for.
   *
   * @param variable that of the template
   * @param parameters of the query by name, each with one value at least
   * @throws ProblemException when something is wrong with it
   */
  Supplier<CompletableFuture<T>> question(String variable, Map<String, List<String>> parameters);
}

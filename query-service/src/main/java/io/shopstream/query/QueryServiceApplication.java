package io.shopstream.query;

import io.micronaut.runtime.Micronaut;

/** Starts the public API. */
public final class QueryServiceApplication {

  private QueryServiceApplication() {}

  /** Runs until the process is asked to stop. */
  public static void main(String[] arguments) {
    Micronaut.run(QueryServiceApplication.class, arguments);
  }
}

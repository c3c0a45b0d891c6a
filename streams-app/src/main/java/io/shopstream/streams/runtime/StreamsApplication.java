package io.shopstream.streams.runtime;

import io.micronaut.runtime.Micronaut;

/** Starts the process that holds all state. */
public final class StreamsApplication {

  private StreamsApplication() {}

  /** Configuration comes from application.yml and the environment. */
  public static void main(String[] args) {
    Micronaut.build(args).mainClass(StreamsApplication.class).banner(false).start();
  }
}

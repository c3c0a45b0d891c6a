package io.shopstream.query;

import io.micronaut.runtime.Micronaut;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.servers.Server;

/** Starts the public API. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Shopstream",
            version = "1",
            description =
                "Clicks and orders in; recommendations and profiles out, updated by every single event."),
    servers = @Server(url = "/"))
public final class QueryServiceApplication {

  private QueryServiceApplication() {}

  /** Runs until the process is asked to stop. */
  public static void main(String[] arguments) {
    Micronaut.build(arguments).banner(false).mainClass(QueryServiceApplication.class).start();
  }
}

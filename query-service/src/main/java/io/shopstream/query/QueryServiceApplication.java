package io.shopstream.query;

import io.micronaut.runtime.Micronaut;
import io.micronaut.runtime.server.EmbeddedServer;
import io.shopstream.events.serde.AvroBinary;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeIn;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.servers.Server;
import org.slf4j.LoggerFactory;

/** Starts the public API. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Shopstream",
            version = "1",
            description =
                "Clicks and orders in; recommendations and profiles out, updated by every single"
                    + " event."),
    servers = @Server(url = "/"),
    security = {@SecurityRequirement(name = "bearer"), @SecurityRequirement(name = "api_key")})
@SecurityScheme(
    name = "bearer",
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    description = "A key with the role that the address takes; none where no keys are configured.")
@SecurityScheme(
    name = "api_key",
    type = SecuritySchemeType.APIKEY,
    in = SecuritySchemeIn.HEADER,
    paramName = "X-Api-Key",
    description = "The same key in a header of its own.")
public final class QueryServiceApplication {

  private QueryServiceApplication() {}

  /** Runs until the process is asked to stop. */
  public static void main(String[] arguments) {
    AvroBinary.boundWhatBytesMayClaim();
    try {
      var context =
          Micronaut.build(arguments)
              .banner(false)
              .mainClass(QueryServiceApplication.class)
              .build()
              .start();
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> context.getBean(Drain.class).stop(context), "stop"));
      context.getBean(EmbeddedServer.class).start();
    } catch (RuntimeException e) {
      // Threads that were started before the failure would keep a useless process alive.
      LoggerFactory.getLogger(QueryServiceApplication.class)
          .error("query-service could not start", e);
      System.exit(1);
    }
  }
}

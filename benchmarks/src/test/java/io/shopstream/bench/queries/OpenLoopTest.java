package io.shopstream.bench.queries;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OpenLoopTest {

  private static final Duration PAUSE = Duration.ofMillis(300);

  @Test
  void shouldChargeAPauseToEveryQuestionThatFellIntoIt() throws Exception {
    var asked = new AtomicInteger();
    var threads = Executors.newSingleThreadExecutor();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/users/",
        exchange -> {
          if (asked.incrementAndGet() == 50) {
            pause();
          }
          var known = exchange.getRequestURI().getPath().contains("known");
          var body =
              "{\"recommendations\":[%s]}"
                  .formatted(known ? "{}" : "")
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(asked.get() == 60 ? 500 : 200, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    try (var client =
        new OpenLoop(
            server.getAddress(), new Questions(server.getAddress(), List.of("known"), 90), 4)) {
      var reading = client.run(200, Duration.ofSeconds(1));

      assertThat(reading.answered() + reading.errors()).isEqualTo(200);
      assertThat(reading.refused()).isEqualTo(1);
      // A client that waits for answers would have seen one long time.
      assertThat(
              reading
                  .latency()
                  .getCountBetweenValues(PAUSE.toNanos() / 3, Duration.ofSeconds(60).toNanos()))
          .isGreaterThan(20);
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

package io.shopstream.bench.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** How far the standbys of all instances are behind, as the query service tells who operates it. */
final class Copies {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI instances;

  /**
   * Asks nothing yet.
   *
   * @param queryUrl root address of an instance of query-service
   */
  Copies(String queryUrl) {
    instances = URI.create(queryUrl + "/v1/ops/instances");
  }

  /**
   * Asks once.
   *
   * @param of how many instances of streams-app there should be
   * @return changelog records that standbys have not taken yet; {@link Long#MAX_VALUE} while not
   *     all instances tell it
   */
  long recordsBehind(int of) throws InterruptedException {
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(instances).timeout(TIMEOUT).build(),
              BodyHandlers.ofByteArray());
      var told = json.readTree(answer.body()).path("instances");
      var answering = 0;
      var behind = 0L;
      for (var instance : told) {
        answering += instance.path("answers").asBoolean() ? 1 : 0;
        for (var application : instance.path("applications")) {
          behind += application.path("standby_lag_records").asLong();
        }
      }
      return answering < of ? Long.MAX_VALUE : behind;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}

package io.shopstream.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** The query-service as a shop page calls it: over HTTP, in JSON. */
final class QueryService {

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 8;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final String url;

  QueryService(String url) {
    this.url = url;
  }

  /** Neighbours of an item by purchases ({@code bought}) or by visits ({@code viewed}). */
  JsonNode similar(String item, String kind, int limit) {
    return get("/v1/items/%s/similar?kind=%s&limit=%d".formatted(encode(item), kind, limit));
  }

  JsonNode recommendations(String user, int limit) {
    return get("/v1/users/%s/recommendations?limit=%d".formatted(encode(user), limit));
  }

  /** The fraud score of an order, waited for a while. */
  JsonNode score(String order) {
    return get("/v1/orders/%s/fraud-score?wait=10s".formatted(encode(order)));
  }

  /** Whether the service knows this item of the catalogue. */
  boolean knows(String item) {
    return send(request("/v1/items/" + encode(item))).statusCode() == 200;
  }

  /**
   * How many of these items have a neighbour.
   *
   * @throws IllegalStateException when a request fails
   */
  long countWithNeighbours(Collection<String> items) {
    // A few requests at a time, as from the pages of a few visitors.
    var visitors = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      var answers =
          items.stream()
              .map(item -> CompletableFuture.supplyAsync(() -> hasNeighbours(item), visitors))
              .toList();
      return answers.stream().filter(CompletableFuture::join).count();
    } finally {
      visitors.shutdownNow();
    }
  }

  private boolean hasNeighbours(String item) {
    return !get("/v1/items/%s/similar?limit=1".formatted(encode(item))).path("similar").isEmpty();
  }

  /** "Temporarily unavailable" is asked again, as a client should, for a while. */
  private JsonNode get(String path) {
    var request = request(path);
    var response = send(request);
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (response.statusCode() == 503 && System.nanoTime() < deadline) {
      pause();
      response = send(request);
    }
    return parse(request, response);
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Accept", "application/json")
        .timeout(ANSWER)
        .build();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(request.uri(), e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + request.uri(), e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(250);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private JsonNode parse(HttpRequest request, HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          "%s answered %d: %s".formatted(request.uri(), response.statusCode(), response.body()));
    }
    try {
      return json.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri() + " answered no JSON", e);
    }
  }

  private static String encode(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Elements of an array of an answer. */
  static List<JsonNode> elements(JsonNode answer, String name) {
    var elements = new ArrayList<JsonNode>();
    answer.path(name).forEach(elements::add);
    return elements;
  }
}

package io.shopstream.bench.freshness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The query service as a page of the shop uses it: one visitor at a time, over one connection. */
final class Shop {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int NEIGHBOURS = 20;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final String url;

  /**
   * @param url root address of the query service
   */
  Shop(String url) {
    this.url = url;
  }

  /**
   * Publishes a view of an item and returns when it is acknowledged.
   *
   * @throws IllegalStateException when it is refused
   */
  void view(String visitor, String item) {
    var event = Map.of("type", "VIEW", "visitor_id", visitor, "item_id", item);
    try {
      var request =
          HttpRequest.newBuilder(URI.create(url + "/v1/events"))
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(event)))
              .build();
      send(request, 202);
    } catch (IOException e) {
      throw new IllegalStateException("An event cannot be sent to " + url, e);
    }
  }

  /** What the visitor is shown now. */
  List<String> recommendations(String visitor) {
    return items("/v1/users/%s/recommendations?limit=%d".formatted(visitor, NEIGHBOURS), true);
  }

  /** What goes with an item now. */
  List<String> similar(String item) {
    return items("/v1/items/%s/similar?limit=%d".formatted(item, NEIGHBOURS), false);
  }

  private List<String> items(String path, boolean forUser) {
    try {
      var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).GET().build();
      var answer = json.readTree(send(request, 200).body());
      return StreamSupport.stream(
              answer.path(forUser ? "recommendations" : "similar").spliterator(), false)
          .map(Shop::id)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(url + path + " cannot be read", e);
    }
  }

  private static String id(JsonNode item) {
    return item.path("item_id").asText();
  }

  private HttpResponse<byte[]> send(HttpRequest request, int expected) throws IOException {
    try {
      var answer = http.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() != expected) {
        throw new IllegalStateException(
            "%s answered %d, not %d".formatted(request.uri(), answer.statusCode(), expected));
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + request.uri(), e);
    }
  }
}

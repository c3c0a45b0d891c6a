package io.shopstream.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.shopstream.local.KafkaStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** The service on a free port, asked over HTTP. */
public final class RunningService implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Status, headers and body of an answer. */
  public record Answer(int status, Map<String, String> headers, String text) {

    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (IOException e) {
        throw new IllegalStateException("No JSON: " + text, e);
      }
    }
  }

  private final EmbeddedServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningService(EmbeddedServer server) {
    this.server = server;
  }

  /**
   * Starts the service and waits until it is ready.
   *
   * @param stateBootstrap addresses of state servers
   */
  public static RunningService start(
      KafkaStack stack, String stateBootstrap, Map<String, Object> more) {
    var settings = new HashMap<String, Object>(more);
    settings.put("micronaut.server.port", -1);
    settings.put("shopstream.kafka.bootstrap-servers", stack.bootstrapServers());
    settings.put("shopstream.kafka.schema-registry-url", stack.registryUrl());
    settings.put("shopstream.kafka.topic-partitions", 4);
    settings.put("shopstream.state.bootstrap", stateBootstrap);
    // Long enough for a busy machine.
    settings.put("shopstream.state.connect-timeout", "2s");
    settings.put("shopstream.state.read-timeout", "3s");
    settings.put("shopstream.state.deadline", "6s");
    var service = new RunningService(ApplicationContext.run(EmbeddedServer.class, settings));
    Awaitility.await("ready")
        .atMost(Duration.ofSeconds(60))
        .until(() -> service.get("/health/readiness").status() == 200);
    return service;
  }

  public Answer get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  public Answer post(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      var answer =
          http.send(
              request.timeout(Duration.ofSeconds(30)).build(),
              HttpResponse.BodyHandlers.ofString());
      var headers = new HashMap<String, String>();
      answer.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
      return new Answer(answer.statusCode(), headers, answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A part of the service. */
  public <T> T bean(Class<T> type) {
    return server.getApplicationContext().getBean(type);
  }

  public URI uri(String path) {
    return URI.create(server.getURI() + path);
  }

  @Override
  public void close() {
    server.close();
  }
}

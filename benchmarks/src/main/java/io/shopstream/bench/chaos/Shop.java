package io.shopstream.bench.chaos;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The query service behind a balancer as shops have one: takes turns, asks another instance as well
 * when one refuses the connection, drops it or is late, and leaves that one out for a second. An
 * answer is an answer, whatever its status.
 */
final class Shop {

  private static final Duration LATE = Duration.ofMillis(400);
  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final Duration PUBLISH = Duration.ofSeconds(5);
  private static final long LEFT_OUT_NANOS = Duration.ofSeconds(1).toNanos();

  /** An answer and how long it took with all tries. */
  record Answer(int status, JsonNode body, long nanos) {}

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofMillis(200))
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final List<String> urls;
  private final AtomicLongArray backNanos;
  private final AtomicInteger turn = new AtomicInteger();

  Shop(List<String> urls) {
    this.urls = urls;
    this.backNanos = new AtomicLongArray(urls.size());
    for (var i = 0; i < urls.size(); i++) {
      backNanos.set(i, System.nanoTime());
    }
  }

  /** Publishes an event; false when it was not taken. */
  boolean publish(Map<String, Object> event) {
    var instance = next(-1);
    try {
      var request =
          HttpRequest.newBuilder(URI.create(urls.get(instance) + "/v1/events"))
              .timeout(PUBLISH)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(event)))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode() / 100 == 2;
    } catch (IOException e) {
      leaveOut(instance);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Asks; completes exceptionally when no instance answered within {@link #LONGEST}. The first
   * answer counts.
   */
  CompletableFuture<Answer> get(String path) {
    var result = new CompletableFuture<Answer>();
    get(path, System.nanoTime(), next(-1), urls.size(), result);
    return result.orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void get(
      String path, long begin, int instance, int tries, CompletableFuture<Answer> result) {
    var request =
        HttpRequest.newBuilder(URI.create(urls.get(instance) + path))
            .timeout(LONGEST)
            .GET()
            .build();
    var another = new AtomicBoolean(tries == 1);
    Runnable askAnother =
        () -> {
          if (!result.isDone() && another.compareAndSet(false, true)) {
            leaveOut(instance);
            get(path, begin, next(instance), tries - 1, result);
          }
        };
    var late =
        CompletableFuture.runAsync(
            askAnother, CompletableFuture.delayedExecutor(LATE.toMillis(), TimeUnit.MILLISECONDS));
    var unused =
        http.sendAsync(request, BodyHandlers.ofByteArray())
            .whenComplete(
                (answer, failure) -> {
                  late.cancel(false);
                  if (failure == null) {
                    result.complete(answer(answer, begin));
                  } else {
                    askAnother.run();
                  }
                });
  }

  private Answer answer(HttpResponse<byte[]> answer, long begin) {
    JsonNode body;
    try {
      body = json.readTree(answer.body());
    } catch (IOException e) {
      body = json.missingNode();
    }
    return new Answer(answer.statusCode(), body, System.nanoTime() - begin);
  }

  private void leaveOut(int instance) {
    backNanos.set(instance, System.nanoTime() + LEFT_OUT_NANOS);
  }

  /** The next that is not left out and not the one just tried. */
  private int next(int tried) {
    var first = Math.floorMod(turn.getAndIncrement(), urls.size());
    for (var i = 0; i < urls.size(); i++) {
      var one = (first + i) % urls.size();
      if (one != tried && System.nanoTime() - backNanos.get(one) >= 0) {
        return one;
      }
    }
    return tried == first && urls.size() > 1 ? (first + 1) % urls.size() : first;
  }
}

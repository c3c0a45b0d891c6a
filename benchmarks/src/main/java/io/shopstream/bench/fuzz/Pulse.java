package io.shopstream.bench.fuzz;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Tells whether a shop still works: every application, on every partition. */
public final class Pulse {

  /** So many keys that no partition of a few is missed. */
  private static final int KEYS = 40;

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Pattern FAILED_THREADS =
      Pattern.compile("(?m)^kafka_stream_failed_stream_threads\\w*(?:\\{[^}]*})? ([0-9.E]+)$");
  private static final Pattern USED = Pattern.compile("used (\\d+)([KM])");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String queryUrl;
  private final String streamsUrl;
  private int beats;

  /**
   * @param queryUrl root address of query-service
   * @param streamsUrl root address of streams-app
   */
  public Pulse(String queryUrl, String streamsUrl) {
    this.queryUrl = queryUrl;
    this.streamsUrl = streamsUrl;
  }

  /**
   * Sends good clicks and orders of people who were not seen before, and waits until they have
   * profiles and scores: everything that was sent before has then been worked off.
   *
   * @throws IllegalStateException when they do not arrive in ten minutes
   */
  public void awaitBeat(String when) {
    var run = "pulse-%d-%d".formatted(ProcessHandle.current().pid(), beats++);
    for (var i = 0; i < KEYS; i++) {
      var who = run + "-" + i;
      send(
          "/v1/events",
          "{\"type\":\"VIEW\",\"visitor_id\":\"%s\",\"item_id\":\"i-1\"}".formatted(who));
      send(
          "/v1/orders",
          "{\"order_id\":\"%s\",\"visitor_id\":\"%1$s\",\"amount_minor\":100,\"currency\":\"EUR\",\"lines\":[{\"item_id\":\"i-1\",\"quantity\":1,\"price_minor\":100}]}"
              .formatted(who));
    }
    var deadline = System.nanoTime() + LONGEST.toNanos();
    for (var i = 0; i < KEYS; i++) {
      await(deadline, when, "/v1/users/%s-%d/profile".formatted(run, i));
      await(deadline, when, "/v1/orders/%s-%d/fraud-score".formatted(run, i));
    }
    var ready = get(streamsUrl + "/health/readiness").statusCode();
    if (ready != 200) {
      throw new IllegalStateException("streams-app is not ready %s: %d".formatted(when, ready));
    }
  }

  private void send(String path, String body) {
    for (var attempt = 0; ; attempt++) {
      var answer =
          exchange(
              HttpRequest.newBuilder(URI.create(queryUrl + path))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body)));
      if (answer.statusCode() == 202) {
        return;
      }
      if (answer.statusCode() != 503 || attempt == 20) {
        throw new IllegalStateException(
            "%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
      }
      pause();
    }
  }

  private void await(long deadline, String when, String path) {
    while (get(queryUrl + path).statusCode() != 200) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "What was sent %s has not arrived at %s after %d minutes"
                .formatted(when, path, LONGEST.toMinutes()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /**
   * Stream threads that died since the start, in all applications.
   *
   * @throws IllegalStateException when streams-app does not tell
   */
  public long deadThreads() {
    var answer = get(streamsUrl + "/prometheus");
    var found = FAILED_THREADS.matcher(answer.body());
    var threads = 0.0;
    var told = false;
    while (found.find()) {
      threads += Double.parseDouble(found.group(1));
      told = true;
    }
    if (!told) {
      throw new IllegalStateException(
          "streams-app does not tell how many threads failed: %d, %s"
              .formatted(answer.statusCode(), beginning(answer.body())));
    }
    return Math.round(threads);
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(text.length(), 500));
  }

  /** What lives in the heap of a process, in bytes, after a collection. */
  long liveHeapBytes(long pid) {
    jcmd(pid, "GC.run");
    var found = USED.matcher(jcmd(pid, "GC.heap_info"));
    if (!found.find()) {
      throw new IllegalStateException("jcmd does not tell the heap of process " + pid);
    }
    return Long.parseLong(found.group(1)) * (found.group(2).equals("K") ? 1 << 10 : 1 << 20);
  }

  private static String jcmd(long pid, String command) {
    try {
      var process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(pid),
                  command)
              .redirectErrorStream(true)
              .start();
      var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return told;
    } catch (IOException e) {
      throw new IllegalStateException("jcmd of the JDK is needed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private HttpResponse<String> get(String url) {
    return exchange(HttpRequest.newBuilder(URI.create(url)).GET());
  }

  private HttpResponse<String> exchange(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("The shop does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}

package io.shopstream.local.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Waits for a server whose readiness is an HTTP status. */
public final class HttpReadiness {

  private HttpReadiness() {}

  /**
   * Asks until the answer is 200.
   *
   * @throws IllegalStateException when the process ends or the answer is another one to the end
   */
  public static void await(ChildProcess process, URI address, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).build();
    var answer = "nothing listens";
    try {
      while (true) {
        process.requireAlive();
        try {
          var response = http.send(request, BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return;
          }
          answer = "status " + response.statusCode() + ", " + response.body();
        } catch (IOException e) {
          answer = e.toString();
        }
        if (System.nanoTime() > deadline) {
          throw process.failure(
              "was not ready within %d s (%s: %s)".formatted(timeout.toSeconds(), address, answer));
        }
        // Each question takes time from the program that is to become ready.
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + process.name(), e);
    }
  }
}

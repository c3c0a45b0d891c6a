package io.shopstream.bench.growth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * What streams-app says of its memory.
 *
 * @param rocksDbBytes block cache and write buffers in use
 * @param heapBytes heap in use, garbage included
 */
record StreamsMemory(double rocksDbBytes, double heapBytes) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /**
   * Asks streams-app.
   *
   * @param url its root address
   * @throws IllegalStateException when it does not answer
   */
  static StreamsMemory of(String url) {
    var request = HttpRequest.newBuilder(URI.create(url + "/prometheus")).timeout(TIMEOUT).build();
    try {
      var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "%s answered %d".formatted(request.uri(), answer.statusCode()));
      }
      return read(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(request.uri() + " cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + request.uri(), e);
    }
  }

  /** Reads metrics in Prometheus' format; a figure that is not there is NaN. */
  static StreamsMemory read(String metrics) {
    return new StreamsMemory(
        sum(metrics, "shopstream_rocksdb_memory_used_bytes", ""),
        sum(metrics, "jvm_memory_used_bytes", "area=\"heap\""));
  }

  private static double sum(String metrics, String name, String label) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }
}

package io.shopstream.streams.runtime;

import io.shopstream.events.StateAnswer;
import io.shopstream.events.StateRequest;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.streams.StreamsApplication;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The streams-app as ops run it: a process of its own, that can be killed. */
final class StreamsProcess implements AutoCloseable {

  private static final String SECRET = "a-secret-of-this-test";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final Map<String, String> environment;
  private final Path log;
  private final int port;
  private Process process;

  StreamsProcess(Map<String, String> environment, Path log) throws IOException {
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    this.environment = environment;
    this.log = log;
  }

  void start() throws IOException {
    var module = Path.of(System.getProperty("shopstream.home"), "streams-app", "target");
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            module.resolve("classes") + File.pathSeparator + module.resolve("lib/*"),
            StreamsApplication.class.getName());
    builder.environment().putAll(environment);
    builder.environment().put("HTTP_PORT", Integer.toString(port));
    builder.environment().put("STATE_SECRET", SECRET);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process = builder.start();
  }

  void awaitReady() {
    Awaitility.await("ready, see " + log)
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .failFast("the process has ended, see " + log, () -> !process.isAlive())
        .until(() -> status("/health/readiness") == 200);
  }

  /** As the machine does when its power goes: no hook runs. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  int status(String path) {
    try {
      return http.send(request(path).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Status of a POST of Avro binary. */
  int post(String path, byte[] body, boolean withSecret) throws IOException, InterruptedException {
    var request =
        request(path)
            .header("Content-Type", "application/avro")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (withSecret) {
      request.header("Authorization", "Bearer " + SECRET);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  String text(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  /** What the instance owns of these keys; fails when it does not own all of them. */
  StateAnswer read(StateStore store, List<byte[]> keys) throws IOException, InterruptedException {
    return read(store, keys, false);
  }

  /** What the instance holds of these keys; fails when it holds no copy of one of them. */
  StateAnswer readCopies(StateStore store, List<byte[]> keys)
      throws IOException, InterruptedException {
    return read(store, keys, true);
  }

  private StateAnswer read(StateStore store, List<byte[]> keys, boolean staleAllowed)
      throws IOException, InterruptedException {
    var body =
        AvroBinary.encode(
            new StateRequest(keys.stream().map(ByteBuffer::wrap).toList(), staleAllowed));
    var answer =
        http.send(
            request("/state/v1/stores/" + store.storeName())
                .header("Content-Type", "application/avro")
                .header("Authorization", "Bearer " + SECRET)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "status "
              + answer.statusCode()
              + ": "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return AvroBinary.decode(answer.body(), StateAnswer.class);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10));
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
      try {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}

package io.shopstream.query.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import io.shopstream.query.RunningService.Answer;
import io.shopstream.query.state.StateServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The edge of a service that has keys and tight limits. */
class EdgeIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final int BURST = 40;
  private static final int CONCURRENT = 6;
  private static final int CONNECTIONS = 30;

  @TempDir static Path folder;
  private static Path keys;
  private static StateServer state;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    STACK.createTopics(4);
    var cluster = new StateServer.Cluster(4);
    state = new StateServer(cluster);
    cluster.holdAll(state, null);
    keys = folder.resolve("api-keys.txt");
    Files.write(
        keys,
        List.of(
            line("tracker", "track", ""),
            line("shop", "publish", ""),
            line("site", "query", ""),
            line("slow", "query", "1"),
            line("slow-too", "query", "1"),
            line("grafana", "monitor", ""),
            line("boss", "admin", "")));
    service =
        RunningService.start(
            STACK,
            state.address(),
            Map.of(
                "shopstream.edge.api-keys-file",
                keys.toString(),
                "shopstream.edge.open-metrics",
                false,
                "shopstream.edge.burst",
                BURST,
                "shopstream.edge.max-concurrent-requests",
                CONCURRENT,
                "shopstream.edge.max-connections",
                CONNECTIONS,
                "micronaut.server.max-request-size",
                100_000,
                "micronaut.server.cors.enabled",
                true,
                "micronaut.server.cors.configurations.shop.allowed-origins",
                List.of("https://shop.example")));
  }

  @AfterAll
  static void stop() {
    service.close();
    state.close();
  }

  private static String line(String name, String roles, String rate) throws Exception {
    var hash =
        MessageDigest.getInstance("SHA-256").digest(key(name).getBytes(StandardCharsets.UTF_8));
    return "%s %s %s %s".formatted(name, roles, HexFormat.of().formatHex(hash), rate);
  }

  private static String key(String name) {
    return "the-key-of-" + name;
  }

  private static Answer get(String path, String... headers) {
    var request = HttpRequest.newBuilder(service.uri(path)).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return service.send(request);
  }

  private static Answer publish(String path, byte[] body, String... headers) {
    return service.send(
        HttpRequest.newBuilder(service.uri(path))
            .header("Content-Type", "application/json")
            .headers(headers)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private static byte[] click() {
    return "{\"type\":\"VIEW\",\"visitor_id\":\"v\",\"item_id\":\"i\"}"
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void assertProblem(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.json().path("instance").asText())
        .isEqualTo("urn:shopstream:request:" + answer.headers().get("x-request-id"));
  }

  @Test
  void shouldAskForAKeyAndForTheRightOne() {
    var none = get("/v1/items/i/similar");
    assertProblem(none, 401);
    assertThat(none.headers().get("www-authenticate")).startsWith("Bearer");
    assertProblem(get("/v1/items/i/similar", "Authorization", "Bearer wrong"), 401);
    var other = get("/v1/items/i/similar", "X-Api-Key", key("shop"));
    assertProblem(other, 403);
    assertThat(other.json().path("detail").asText()).contains("shop", "query");
    assertThat(other.text()).doesNotContain(key("shop"));

    assertThat(get("/v1/items/i/similar", "Authorization", "Bearer " + key("site")).status())
        .isEqualTo(200);
    assertThat(get("/v1/items/i/similar", "X-Api-Key", key("boss")).status()).isEqualTo(200);
    assertThat(publish("/v1/events", click(), "X-Api-Key", key("tracker")).status()).isEqualTo(202);
    assertProblem(publish("/v1/orders", click(), "X-Api-Key", key("tracker")), 403);
    assertProblem(publish("/v1/events", click(), "X-Api-Key", key("site")), 403);
    assertProblem(get("/v1/users/u/export", "X-Api-Key", key("site")), 403);
  }

  @Test
  void shouldLetBrowsersAskForTheKeyButNotSendItFromForeignPages() {
    var asked = get("/v1/items/i/similar", "Sec-Fetch-Site", "same-origin");
    assertThat(asked.headers().get("www-authenticate")).startsWith("Basic");
    var typed =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("anybody:" + key("site")).getBytes(StandardCharsets.UTF_8));

    assertThat(
            get("/v1/items/i/similar", "Authorization", typed, "Sec-Fetch-Site", "same-origin")
                .status())
        .isEqualTo(200);
    assertProblem(
        get("/v1/items/i/similar", "Authorization", typed, "Sec-Fetch-Site", "cross-site"), 401);
    // An origin that is not allowed is refused before anybody asks for a key.
    assertThat(
            get("/v1/items/i/similar", "Authorization", typed, "Origin", "http://evil.example")
                .status())
        .isEqualTo(403);
  }

  @Test
  void shouldTakeOnlyKeysThatAreNoSecretFromAnAddress() {
    assertThat(publish("/v1/events?api_key=" + key("tracker"), click(), "X", "y").status())
        .isEqualTo(202);
    assertProblem(publish("/v1/events?api_key=" + key("shop"), click(), "X", "y"), 401);
    assertProblem(get("/v1/items/i/similar?api_key=" + key("site")), 401);
  }

  @Test
  void shouldLeaveHealthAndPagesOpenAndMetricsByConfiguration() {
    assertThat(get("/health").status()).isEqualTo(200);
    assertThat(get("/docs/index.html").status()).isIn(200, 404);
    assertThat(get("/swagger/shopstream.yml").status()).isEqualTo(200);
    assertProblem(get("/prometheus"), 401);
    assertThat(get("/prometheus", "X-Api-Key", key("grafana")).status()).isEqualTo(200);
    assertThat(get("/v1/ops/lag", "X-Api-Key", key("grafana")).status()).isEqualTo(200);
    assertProblem(get("/v1/items/i/similar", "X-Api-Key", key("grafana")), 403);
  }

  @Test
  void shouldTakeUpKeysThatAreAddedAndForgetThoseTakenOut() throws Exception {
    var before = Files.readAllLines(keys);
    var more = new ArrayList<>(before);
    more.add(line("new", "query", ""));
    Files.write(keys, more);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> get("/v1/items/i", "X-Api-Key", key("new")).status() != 401);

    Files.write(keys, before);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> get("/v1/items/i", "X-Api-Key", key("new")).status() == 401);
  }

  @Test
  void shouldHoldAKeyToItsPace() {
    for (var i = 0; i < BURST; i++) {
      assertThat(get("/v1/items/i/similar", "X-Api-Key", key("slow")).status()).isEqualTo(200);
    }
    var faster = new ArrayList<Answer>();
    for (var i = 0; i < BURST; i++) {
      faster.add(get("/v1/items/i/similar", "X-Api-Key", key("slow")));
    }
    var refused = faster.stream().filter(answer -> answer.status() == 429).toList();
    assertThat(refused).isNotEmpty();
    assertProblem(refused.get(0), 429);
    assertThat(refused.get(0).headers().get("retry-after")).isEqualTo("1");
  }

  /** This address is answered in front of the filters, and refused by them. */
  @Test
  void shouldGuardTheAddressInFrontOfTheFiltersToo() {
    var path = "/v1/users/u/recommendations";
    var none = get(path);
    assertProblem(none, 401);
    assertThat(none.headers().get("www-authenticate")).startsWith("Bearer");
    assertProblem(get(path, "X-Api-Key", "wrong"), 401);
    assertProblem(get(path, "X-Api-Key", key("shop")), 403);
    assertProblem(get(path + "?api_key=" + key("site")), 401);
    assertProblem(get(path + "?limit=0", "X-Api-Key", key("site")), 400);
    assertThat(get(path, "X-Api-Key", key("boss")).status()).isEqualTo(200);
    for (var i = 0; i < BURST; i++) {
      assertThat(get(path, "Authorization", "Bearer " + key("slow-too")).status()).isEqualTo(200);
    }
    var faster = new ArrayList<Answer>();
    for (var i = 0; i < BURST; i++) {
      faster.add(get(path, "Authorization", "Bearer " + key("slow-too")));
    }
    var refused = faster.stream().filter(answer -> answer.status() == 429).toList();
    assertThat(refused).isNotEmpty();
    assertProblem(refused.get(0), 429);
    assertThat(refused.get(0).headers().get("retry-after")).isEqualTo("1");
  }

  @Test
  void shouldNameEachRequest() {
    var own = get("/health", "X-Request-Id", "my-own.1");
    assertThat(own.headers()).containsEntry("x-request-id", "my-own.1");
    assertThat(get("/health", "X-Request-Id", "not one!").headers().get("x-request-id"))
        .matches("[0-9a-f]{16}");
    assertProblem(get("/v1/nothing"), 404);
    assertProblem(get("/v1/items/i/similar?limit=x", "X-Api-Key", key("site")), 400);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  @Test
  void shouldTakePackedBodiesUpToTheLengthThatABodyMayHave() throws Exception {
    assertThat(publish("/v1/events", gzip(click()), packed("gzip")).status()).isEqualTo(202);
    assertProblem(publish("/v1/events", gzip(new byte[100_000_000]), packed("gzip")), 413);
    var damaged = gzip(click());
    damaged[damaged.length / 2] ^= 0x55;
    assertProblem(publish("/v1/events", damaged, packed("gzip")), 400);
    assertProblem(publish("/v1/events", click(), packed("br")), 415);
    assertProblem(publish("/v1/events", new byte[100_001], packed("identity")), 413);
  }

  /** Bytes that look like UTF-32 to a JSON parser, and are none. */
  @Test
  void shouldRefuseABodyThatIsNoText() {
    var body = new byte[] {0, 0, 0, '{', 0x1f, (byte) 0x8b, (byte) 0xfe, 0, 0, 0, 0, 0};

    assertProblem(publish("/v1/recommendations", body, "X-Api-Key", key("site")), 400);
  }

  private static String[] packed(String encoding) {
    return new String[] {"X-Api-Key", key("shop"), "Content-Encoding", encoding};
  }

  @Test
  void shouldPackAnswersForThoseWhoAskForIt() {
    assertThat(get("/swagger/shopstream.yml").headers()).doesNotContainKey("content-encoding");
    var metrics =
        get("/prometheus", "X-Api-Key", key("grafana"), "Accept-Encoding", "gzip").headers();
    assertThat(metrics).containsEntry("content-encoding", "gzip");
  }

  @Test
  void shouldLetPagesOfTheConfiguredOriginsAskAndNoOthers() {
    assertThat(preflight("https://shop.example").headers())
        .containsEntry("access-control-allow-origin", "https://shop.example");
    assertThat(preflight("https://evil.example").headers())
        .doesNotContainKey("access-control-allow-origin");
    var answer =
        get("/v1/items/i/similar", "X-Api-Key", key("site"), "Origin", "https://shop.example");
    assertThat(answer.headers())
        .containsEntry("access-control-allow-origin", "https://shop.example");
  }

  private static Answer preflight(String origin) {
    return service.send(
        HttpRequest.newBuilder(service.uri("/v1/events"))
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,x-api-key"));
  }

  @Test
  void shouldRefuseHeadersThatAreTooLong() throws IOException {
    try (var socket = connection()) {
      write(socket, "GET /health HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      var head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      assertThat(head).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void shouldCloseAConnectionAfterARequestThatIsNoHttp() throws IOException {
    for (var broken :
        List.of(
            "no request\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: h\r\nno\u0000header: x\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")) {
      assertThat(answersUntilClosed(broken)).containsPattern("HTTP/1\\.[01] 4(00|13)");
    }
  }

  @Test
  void shouldCloseAConnectionOnWhichABodyBreaksOff() throws IOException {
    var head =
        "POST /v1/events HTTP/1.1\r\nHost: h\r\nX-Api-Key: %s\r\nContent-Type: application/json\r\n"
            .formatted(key("shop"));

    assertThat(answersUntilClosed(head + "Transfer-Encoding: chunked\r\n\r\nno length\r\n"))
        .doesNotContain(" 202 ");
  }

  /** What comes back on a connection that was good for one request before. */
  private static String answersUntilClosed(String broken) throws IOException {
    try (var socket = connection()) {
      write(socket, "GET /health HTTP/1.1\r\nHost: h\r\n\r\n" + broken);
      var answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers).startsWith("HTTP/1.1 200");
      return answers;
    }
  }

  @Test
  void shouldServeOnlySoManyAtOnce() throws Exception {
    var waiting = new ArrayList<Socket>();
    try {
      for (var i = 0; i < CONCURRENT; i++) {
        var socket = connection();
        waiting.add(socket);
        write(
            socket,
            "POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nX-Api-Key: %s\r\nContent-Length: 50\r\n\r\n"
                .formatted(key("shop")));
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> get("/v1/items/i/similar", "X-Api-Key", key("site")).status() == 503);
      var refused = get("/v1/items/i/similar", "X-Api-Key", key("site"));
      assertProblem(refused, 503);
      assertThat(refused.headers()).containsEntry("retry-after", "1");
      assertProblem(get("/v1/users/u/recommendations", "X-Api-Key", key("site")), 503);
      assertThat(get("/health").status()).isEqualTo(200);
    } finally {
      for (var socket : waiting) {
        socket.close();
      }
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> get("/v1/items/i/similar", "X-Api-Key", key("site")).status() == 200);
  }

  @Test
  void shouldKeepOnlySoManyConnections() throws Exception {
    var open = new ArrayList<Socket>();
    try {
      for (var i = 0; i <= CONNECTIONS; i++) {
        open.add(connection());
      }
      // Event loops take them in any order, so it need not be the last one that is too much.
      await().atMost(Duration.ofSeconds(10)).until(() -> open.stream().anyMatch(EdgeIT::isClosed));
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> get("/health").status() == 200);
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(5);
      return socket.getInputStream().read() == -1;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static Socket connection() throws IOException {
    var uri = service.uri("/");
    var socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }
}

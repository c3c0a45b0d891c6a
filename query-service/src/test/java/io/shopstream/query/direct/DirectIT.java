package io.shopstream.query.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.shopstream.events.PairKind;
import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import io.shopstream.query.recommend.NeighbourRows;
import io.shopstream.query.recommend.NeighbourRows.Neighbour;
import io.shopstream.query.state.StateServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered in front of Micronaut, beside what Micronaut answers to the same. */
class DirectIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  /** A header that means nothing to the route, and that nobody but Micronaut takes. */
  private static final String TO_MICRONAUT = "Origin: http://h";

  private static final String PACKED = "content-encoding: gzip";
  private static final String ANN = "/v1/users/ann/recommendations";
  private static final String REQUESTS =
      "http_server_requests_seconds_count{exception=\"none\",method=\"GET\",status=\"200\",uri=\"/v1/users/{id}/recommendations\"} ";

  private static StateServer state;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    STACK.emptyTopics(4);
    var now = System.currentTimeMillis();
    var cluster = new StateServer.Cluster(4);
    state = new StateServer(cluster);
    cluster.holdAll(state, null);
    cluster.put(
        StateStore.USER_PROFILES,
        StateStore.key("ann"),
        AvroBinary.encode(
            UserProfile.newBuilder()
                .setUserId("ann")
                .setFirstSeenTimeMs(now)
                .setLastSeenTimeMs(now)
                .setVisits(1)
                .setViews(1)
                .setCarts(0)
                .setSearches(0)
                .setOrders(0)
                .setVisit(List.of(new VisitItem("lamp", now, false, 1, 0)))
                .setBought(List.of())
                .build()));
    cluster.put(
        StateStore.ITEM_NEIGHBOURS,
        StateStore.neighboursKey(PairKind.VIEWED, "lamp"),
        NeighbourRows.row(
            now,
            100,
            1000,
            // As many as make an answer that is packed.
            IntStream.range(0, 60)
                .mapToObj(i -> new Neighbour("n" + i, 50 - i / 2.0, 90 - i))
                .toList()));
    service = RunningService.start(STACK, state.address(), Map.of());
  }

  @AfterAll
  static void stop() {
    service.close();
    state.close();
  }

  private record Answer(String status, List<String> headers, String body) {

    /** Without what is another one each time: scores fall with every millisecond. */
    private String comparable() {
      var head = new ArrayList<String>();
      for (var header : headers) {
        head.add(header.replaceFirst("(?i)^(date|x-request-id|content-length): .*", "$1"));
      }
      head.sort(String.CASE_INSENSITIVE_ORDER);
      return status
          + head
          + body.replaceAll("(\"score\":)([0-9.E-]+)", "$1")
              .replaceFirst("\"recommendation_id\":\"[^\"]*\"", "")
              .replaceFirst("urn:shopstream:request:[0-9a-f]*", "");
    }
  }

  /** A connection of a client that may ask for more before it has its answers. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;

    private Connection() throws IOException {
      var uri = service.uri("/");
      socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(20_000);
    }

    private void ask(String method, String path, String... headers) throws IOException {
      write(request(method, path, headers));
    }

    private void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    }

    private Answer answer(boolean hasBody) throws IOException {
      var in = socket.getInputStream();
      var status = line(in);
      var headers = new ArrayList<String>();
      var length = 0;
      for (var header = line(in); !header.isEmpty(); header = line(in)) {
        headers.add(header);
        if (header.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
          length = Integer.parseInt(header.substring("content-length: ".length()));
        }
      }
      return new Answer(status, headers, body(in.readNBytes(hasBody ? length : 0), headers));
    }

    private static String body(byte[] sent, List<String> headers) throws IOException {
      var plain =
          headers.contains(PACKED)
              ? new GZIPInputStream(new ByteArrayInputStream(sent)).readAllBytes()
              : sent;
      return headers.contains("content-encoding: zstd")
              || headers.contains("content-encoding: deflate")
          ? "packed"
          : new String(plain, StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
      var line = new ByteArrayOutputStream();
      for (var b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new IOException("The connection was closed");
        }
        line.write(b);
      }
      return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private boolean isAtEnd() throws IOException {
      return socket.getInputStream().read() < 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String request(String method, String path, String... headers) {
    return "%s %s HTTP/1.1\r\nHost: h\r\n%s\r\n"
        .formatted(method, path, headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n");
  }

  private static Answer ask(String path, String... headers) throws IOException {
    try (var connection = new Connection()) {
      connection.ask("GET", path, headers);
      return connection.answer(true);
    }
  }

  private static boolean isTaken(String path, String... headers) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    for (var header : headers) {
      var colon = header.indexOf(':');
      request.headers().add(header.substring(0, colon), header.substring(colon + 2));
    }
    var taken =
        service
            .bean(DirectRoutes.class)
            .begin(request, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    taken.ifPresent(Exchange::leave);
    return taken.isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ANN,
        ANN + "?limit=60",
        ANN + "?exclude=n1&exclude=n2&reasons=true",
        ANN + "?exclude=a%2Cb+c",
        "/v1/users/nobody/recommendations?",
        "/v1/users/ann's%20phone/recommendations",
        "/v1/users/a%2Fb%3F+c/recommendations",
        "/v1/users/a%2Fb%3Fc%2B@d:e/recommendations",
        "/v1/users/%F0%9F%98%80/recommendations",
        "/v1/users/%C3%28/recommendations",
        "/v1/users/%00/recommendations",
        "/v1/users/%zz/recommendations",
        "/v1/users//recommendations",
        "/v1/users/../recommendations",
        "/v1/users/ann/recommendations/",
        ANN + "?limit=0",
        ANN + "?limit=",
        ANN + "?limit=1&limit=2",
        ANN + "?user_id=bob",
        ANN + "?api_key=x",
        ANN + "?strategy=none",
        ANN + "?sources=none",
        ANN + "?a;limit=2",
        ANN + "?limit=%zz",
      })
  void shouldAnswerAsMicronautDoes(String path) throws IOException {
    assertThat(ask(path).comparable()).isEqualTo(ask(path, TO_MICRONAUT).comparable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept: */*",
        "Accept: application/json",
        "Accept: text/html, application/json;q=0.9, */*;q=0.8",
        "Accept: text/plain, */*",
        "Accept: text/html",
        "Accept: application/*",
        "Accept-Encoding: gzip",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Encoding: deflate",
        "Accept-Encoding: gzip;q=0, deflate",
        "Accept-Encoding: identity",
        "Connection: close",
        "Connection: keep-alive",
        "X-Request-Id: my-own.1",
        "X-Request-Id: no name!",
        "Content-Length: 0"
      })
  void shouldUnderstandHeadersAsMicronautDoes(String header) throws IOException {
    var path = ANN + "?limit=60";
    assertThat(ask(path, header).comparable())
        .isEqualTo(ask(path, header, TO_MICRONAUT).comparable());
  }

  @Test
  void shouldPackLongAnswersOnly() throws IOException {
    assertThat(ask(ANN + "?limit=60", "Accept-Encoding: gzip").headers()).contains(PACKED);
    assertThat(ask(ANN + "?limit=60", "Accept-Encoding: gzip, deflate, br, zstd").headers())
        .contains(PACKED);
    assertThat(ask(ANN + "?limit=1", "Accept-Encoding: gzip").headers()).doesNotContain(PACKED);
  }

  @Test
  void shouldTakeWhatIsPlainAndGoodOnly() {
    assertThat(isTaken(ANN)).isTrue();
    assertThat(isTaken(ANN + "?limit=3", "Accept-Encoding: gzip, deflate, br")).isTrue();
    assertThat(isTaken(ANN, TO_MICRONAUT)).isFalse();
    assertThat(isTaken(ANN, "Content-Type: text/plain")).isFalse();
    assertThat(isTaken(ANN, "Content-Length: 1")).isFalse();
    assertThat(isTaken(ANN, "Transfer-Encoding: chunked")).isFalse();
    assertThat(isTaken(ANN, "Accept: text/html")).isFalse();
    assertThat(isTaken(ANN, "Accept-Encoding: gzip, deflate, br, zstd")).isTrue();
    assertThat(isTaken(ANN, "Accept-Encoding: zstd")).isFalse();
    assertThat(isTaken(ANN, "Accept-Encoding: gzip;q=0.5")).isFalse();
    assertThat(isTaken(ANN + "?limit=0")).isFalse();
    assertThat(isTaken(ANN + "?strategy=none")).isFalse();
    assertThat(isTaken(ANN + "/stream")).isFalse();
  }

  @Test
  void shouldNameRequestsAsTheClientDoes() throws IOException {
    assertThat(ask(ANN, "X-Request-Id: my-own.1").headers()).contains("X-Request-Id: my-own.1");
  }

  @Test
  void shouldAnswerHeadWithoutABody() throws IOException {
    try (var connection = new Connection()) {
      connection.ask("HEAD", ANN);
      assertThat(connection.answer(false).status()).isEqualTo("HTTP/1.1 200 OK");
      // Micronaut tells no length, and so nobody could tell where another answer begins.
      assertThat(connection.isAtEnd()).isTrue();
    }
  }

  @Test
  void shouldKeepTheOrderOfRequestsThatComeAtOnce() throws IOException {
    try (var connection = new Connection()) {
      var body = "{\"items\":[\"lamp\"],\"limit\":3}";
      var all = new StringBuilder();
      for (var i = 0; i < 5; i++) {
        all.append(request("GET", "/v1/users/u%d/recommendations".formatted(i)));
        all.append(request("GET", "/v1/items/i%d/similar".formatted(i)));
        all.append(request("GET", "/v1/users/w%d/recommendations".formatted(i)));
        all.append(
                request(
                    "POST",
                    "/v1/recommendations",
                    "Content-Type: application/json",
                    "Content-Length: " + body.length()))
            .append(body);
        all.append(request("GET", "/v1/users/x%d/recommendations?limit=0".formatted(i)));
      }
      connection.write(all.toString());
      for (var i = 0; i < 5; i++) {
        assertThat(connection.answer(true).body()).contains("\"user_id\":\"u%d\"".formatted(i));
        assertThat(connection.answer(true).body()).contains("\"item_id\":\"i%d\"".formatted(i));
        assertThat(connection.answer(true).body()).contains("\"user_id\":\"w%d\"".formatted(i));
        assertThat(connection.answer(true).body()).contains("\"n1\"").doesNotContain("user_id");
        assertThat(connection.answer(true).status()).contains("400");
      }
    }
  }

  @Test
  void shouldCountEachRequestOnceInTheSameMetric() throws IOException {
    ask(ANN);
    ask(ANN, TO_MICRONAUT);
    var before = counted();
    for (var i = 0; i < 5; i++) {
      ask(ANN);
    }
    assertThat(counted()).isEqualTo(before + 5);
    for (var i = 0; i < 5; i++) {
      ask(ANN, TO_MICRONAUT);
    }
    assertThat(counted()).isEqualTo(before + 10);
    assertThat(service.get("/prometheus").text())
        .contains(
            REQUESTS.replace("_count{", "_bucket{").replace("\"} ", "\",le=\"0.05\"}"),
            "edge_requests_active 0.0");
  }

  private static double counted() {
    return service
        .get("/prometheus")
        .text()
        .lines()
        .filter(line -> line.startsWith(REQUESTS))
        .mapToDouble(line -> Double.parseDouble(line.substring(REQUESTS.length())))
        .sum();
  }

  private static double active() {
    var name = "edge_requests_active ";
    return service
        .get("/prometheus")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldLeaveThePlaceOfAClientThatIsGone() throws IOException {
    state.failWith(503);
    try {
      try (var connection = new Connection()) {
        connection.ask("GET", ANN);
        await().until(() -> active() == 1);
      }
      await().atMost(Duration.ofSeconds(2)).until(() -> active() == 0);
    } finally {
      state.failWith(0);
    }
  }

  /** The profile cannot be read, and the request needs it. */
  @Test
  void shouldTellAProblemThatIsFoundMidwayAsMicronautDoes() throws Exception {
    state.failWith(503);
    try {
      var path = ANN + "?exclude_bought=true";
      var other = CompletableFuture.supplyAsync(() -> told(path, TO_MICRONAUT));
      assertThat(told(path)).isEqualTo(other.get(20, TimeUnit.SECONDS)).contains("503");
    } finally {
      state.failWith(0);
    }
    var same =
        "http_server_requests_seconds_count{exception=\"ProblemException\",method=\"GET\",status=\"503\",uri=\"/v1/users/{id}/recommendations\"} 2";
    assertThat(service.get("/prometheus").text()).contains(same);
  }

  private static String told(String path, String... headers) {
    try {
      return ask(path, headers).comparable();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldAnswerWhatIsUnderWayWhenTheServiceStops() throws Exception {
    try (var stopped = RunningService.start(STACK, state.address(), Map.of())) {
      var before = service;
      service = stopped;
      state.failWith(503);
      try (var connection = new Connection()) {
        connection.ask("GET", ANN);
        await().until(() -> active() == 1);

        var stopping = stopped.bean(GracefulShutdownManager.class).shutdownGracefully();

        var answer = connection.answer(true);
        assertThat(answer.status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.headers()).contains("connection: close");
        assertThat(connection.isAtEnd()).isTrue();
        assertThat(stopping.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
      } finally {
        state.failWith(0);
        service = before;
      }
    }
  }
}

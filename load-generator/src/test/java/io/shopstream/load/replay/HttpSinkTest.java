package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shopstream.load.synthetic.SyntheticShop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How trouble at the other end is met; the answers are those of the query service. */
class HttpSinkTest {

  private record Answer(int status, String body) {}

  private final List<JsonNode> received = new ArrayList<>();
  private final Acknowledgements acknowledgements = new Acknowledgements();
  private HttpServer server;
  private volatile Function<JsonNode, Answer> service = batch -> new Answer(202, "{}");

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/events", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var batch = new ObjectMapper().readTree(exchange.getRequestBody());
    received.add(batch);
    assertThat(exchange.getRequestHeaders().getFirst("X-Api-Key")).isEqualTo("the-key");
    var answer = service.apply(batch);
    var body = answer.body().getBytes(StandardCharsets.UTF_8);
    if (answer.status() == 503) {
      exchange.getResponseHeaders().add("Retry-After", "0");
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void send(int events, Duration patience) throws Exception {
    var url = "http://127.0.0.1:" + server.getAddress().getPort();
    try (var sink = HttpSink.connect(url, "the-key", patience, new AtomicBoolean());
        var reader = SyntheticShop.of(events, 1).open(0)) {
      while (reader.hasNext()) {
        sink.send(reader.next(), acknowledgements.register());
      }
      sink.flush();
    }
  }

  private List<String> sizes() {
    return received.stream().map(batch -> Integer.toString(batch.size())).toList();
  }

  @Test
  void shouldSendFullBatchesThenTheRest() throws Exception {
    send(1_500, Duration.ofSeconds(5));

    assertThat(sizes()).containsExactly("1000", "500");
    assertThat(received.get(0).get(0).path("event_id").asText()).isEqualTo("s1-0");
    assertThat(acknowledgements.settled()).isEqualTo(1_500);
    assertThat(acknowledgements.refused()).isZero();
  }

  @Test
  void shouldSendTheSameBatchAgainAfterA503() throws Exception {
    service = batch -> received.size() < 3 ? new Answer(503, "{}") : new Answer(202, "{}");

    send(10, Duration.ofSeconds(5));

    assertThat(received).hasSize(3).containsOnly(received.get(0));
    assertThat(acknowledgements.settled()).isEqualTo(10);
  }

  @Test
  void shouldCountTheEventsThatTheAnswerNames() throws Exception {
    service =
        batch ->
            new Answer(
                202,
                """
                {"accepted": 8, "refused": 2, "errors": [
                  {"index": 3, "field": "item_id", "reason": "is too long"},
                  {"index": 3, "field": "time", "reason": "is too old"},
                  {"index": 7, "reason": "is larger than Kafka takes"}]}
                """);

    send(10, Duration.ofSeconds(5));

    assertThat(acknowledgements.settled()).isEqualTo(10);
    assertThat(acknowledgements.refusedClicks()).isEqualTo(2);
    assertThat(acknowledgements.lastRefusal()).isEqualTo("is larger than Kafka takes");
  }

  @Test
  void shouldHalveABatchThatIsTooLong() throws Exception {
    service = batch -> batch.size() > 3 ? new Answer(413, "{}") : new Answer(202, "{}");

    send(10, Duration.ofSeconds(5));

    assertThat(sizes()).containsExactly("10", "5", "2", "3", "5", "2", "3");
    assertThat(acknowledgements.settled()).isEqualTo(10);
    assertThat(acknowledgements.refused()).isZero();
  }

  @Test
  void shouldFailAtOnceWhereTryingAgainIsOfNoUse() throws Exception {
    service = batch -> new Answer(404, "no such page");

    send(10, Duration.ofSeconds(5));

    assertThat(received).hasSize(1);
    assertThat(acknowledgements.settled()).isZero();
    assertThatThrownBy(acknowledgements::check).hasMessageContaining("404: no such page");
  }

  @Test
  void shouldFailWhenPatienceEnds() throws Exception {
    service = batch -> new Answer(500, "broken");

    send(10, Duration.ofMillis(500));

    assertThat(received.size()).isGreaterThan(1);
    assertThatThrownBy(acknowledgements::check).hasMessageContaining("500: broken");
  }

  @Test
  void shouldSayThatNobodyAnswers() {
    var url = "http://127.0.0.1:" + server.getAddress().getPort();
    server.stop(0);

    assertThatThrownBy(() -> HttpSink.connect(url, "", Duration.ofSeconds(1), new AtomicBoolean()))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("No query service answered at " + url);
    assertThatThrownBy(
            () -> HttpSink.connect("nowhere", "", Duration.ofSeconds(1), new AtomicBoolean()))
        .hasMessageContaining("--url should be an address like");
  }
}

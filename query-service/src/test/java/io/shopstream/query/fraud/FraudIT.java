package io.shopstream.query.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.events.EntityVelocity;
import io.shopstream.events.FraudDecision;
import io.shopstream.events.FraudModelAction;
import io.shopstream.events.FraudModelCommand;
import io.shopstream.events.FraudScore;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import io.shopstream.events.ReviewCase;
import io.shopstream.events.ReviewQueue;
import io.shopstream.events.ScoreReason;
import io.shopstream.events.VelocityPartners;
import io.shopstream.events.VelocityWindow;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import io.shopstream.query.RunningService;
import io.shopstream.query.state.StateServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FraudIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StateServer.Cluster CLUSTER = new StateServer.Cluster(4);
  private static final long NOW = System.currentTimeMillis();
  private static StateServer state;
  private static RunningService service;
  private static KafkaProducer<String, FraudScore> producer;

  @BeforeAll
  static void start() throws IOException {
    STACK.emptyTopics(4);
    state = new StateServer(CLUSTER);
    CLUSTER.holdAll(state, null);
    CLUSTER.put(
        StateStore.FRAUD_ORDERS,
        StateStore.key("known"),
        AvroBinary.encode(score("known", FraudDecision.REVIEW)));
    CLUSTER.put(
        StateStore.FRAUD_ENTITIES,
        StateStore.entityKey("device", "d1"),
        AvroBinary.encode(
            new EntityVelocity(
                NOW,
                7L,
                List.of(new VelocityWindow("10m", 2L, 300L)),
                List.of(new VelocityPartners("users", 5, true)),
                3L,
                1L)));
    CLUSTER.put(
        StateStore.FRAUD_REVIEWS,
        StateStore.partitionKey(1),
        AvroBinary.encode(new ReviewQueue(List.of(new ReviewCase("known", NOW, 0.5, 900L)), 2L)));
    CLUSTER.put(
        StateStore.FRAUD_REVIEWS,
        StateStore.partitionKey(2),
        AvroBinary.encode(new ReviewQueue(List.of(new ReviewCase("riskier", NOW, 0.7, 100L)), 0L)));
    service =
        RunningService.start(
            STACK, state.address(), Map.of("shopstream.scores.checkout-wait", "8s"));
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
            new StringSerializer(),
            AvroSerdes.of(STACK.registryUrl()).serializer(FraudScore.class));
  }

  @AfterAll
  static void stop() {
    producer.close();
    service.close();
    state.close();
  }

  private static FraudScore score(String order, FraudDecision decision) {
    return FraudScore.newBuilder()
        .setOrderId(order)
        .setTimeMs(NOW)
        .setProbability(0.5)
        .setDecision(decision)
        .setModelVersion(4)
        .setReasons(List.of(new ScoreReason("device.users_1d", "the device was seen with 5", 0.4)))
        .build();
  }

  private static JsonNode json(RunningService.Answer answer) throws IOException {
    return JSON.readTree(answer.text());
  }

  @Test
  void shouldTellTheScoreOfAnOrder() throws IOException {
    var answer = service.get("/v1/orders/known/fraud-score");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer).path("decision").asText()).isEqualTo("review");
    assertThat(json(answer).path("decided_by").asText()).isEqualTo("score");
    assertThat(json(answer).at("/reasons/0/text").asText()).contains("device");
    assertThat(service.get("/v1/orders/unknown/fraud-score").status()).isEqualTo(404);
    assertThat(service.get("/v1/orders/known/fraud-score?wait=long").status()).isEqualTo(400);
    assertThat(service.get("/v1/orders/known/fraud-score?wait=11s").status()).isEqualTo(400);
  }

  @Test
  void shouldWaitUntilTheOrderIsScored() throws Exception {
    var waiting =
        CompletableFuture.supplyAsync(() -> service.get("/v1/orders/soon/fraud-score?wait=9s"));
    Thread.sleep(300);
    assertThat(waiting).isNotDone();
    producer
        .send(
            new ProducerRecord<>(
                Topics.FRAUD_SCORES.name(), "soon", score("soon", FraudDecision.DECLINE)))
        .get();

    assertThat(json(waiting.get()).path("decision").asText()).isEqualTo("decline");
    assertThat(json(waiting.get()).path("decided_by").asText()).isEqualTo("score");
  }

  @Test
  void shouldSayByPolicyWhatToDoWhenTheScoreDoesNotCome() throws IOException {
    var answer = service.get("/v1/orders/never/fraud-score?wait=100ms");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer).path("decision").asText()).isEqualTo("review");
    assertThat(json(answer).path("decided_by").asText()).isEqualTo("policy");
    assertThat(json(answer).has("probability")).isFalse();
  }

  @Test
  void shouldTakeAnOrderAndAnswerWithItsScore() throws Exception {
    var order =
        "{\"order_id\":\"fresh\",\"user_id\":\"u\",\"amount_minor\":100,\"currency\":\"GBP\","
            + "\"lines\":[{\"item_id\":\"i\",\"quantity\":1,\"price_minor\":100}]}";
    var waiting = CompletableFuture.supplyAsync(() -> service.post("/v1/orders?wait=score", order));
    Thread.sleep(300);
    producer
        .send(
            new ProducerRecord<>(
                Topics.FRAUD_SCORES.name(), "fresh", score("fresh", FraudDecision.APPROVE)))
        .get();

    var answer = waiting.get();
    assertThat(answer.status()).isEqualTo(202);
    assertThat(json(answer).path("accepted").asInt()).isEqualTo(1);
    assertThat(json(answer).at("/scores/0/decision").asText()).isEqualTo("approve");
    assertThat(json(answer).at("/scores/0/decided_by").asText()).isEqualTo("score");
    assertThat(service.post("/v1/orders?wait=nonsense", order).status()).isEqualTo(400);
  }

  @Test
  void shouldTellWhatAPartyDidLately() throws IOException {
    var answer = service.get("/v1/entities/device/d1/velocity");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer).path("orders").asInt()).isEqualTo(7);
    assertThat(json(answer).at("/partners/0/distinct").asInt()).isEqualTo(5);
    assertThat(service.get("/v1/entities/device/d2/velocity").status()).isEqualTo(404);
    assertThat(service.get("/v1/entities/planet/d1/velocity").status()).isEqualTo(400);
  }

  @Test
  void shouldListTheRiskiestReviewsFirst() throws IOException {
    var answer = json(service.get("/v1/fraud/reviews?limit=10"));

    assertThat(answer.path("waiting").asInt()).isEqualTo(2);
    assertThat(answer.path("dropped").asInt()).isEqualTo(2);
    assertThat(answer.at("/cases/0/order_id").asText()).isEqualTo("riskier");
    assertThat(answer.at("/cases/1/score/decision").asText()).isEqualTo("review");
    assertThat(service.get("/v1/fraud/reviews?limit=0").status()).isEqualTo(400);
  }

  @Test
  void shouldPublishADecisionAsAnOutcomeAndAModelToPutBack() throws Exception {
    assertThat(service.post("/v1/fraud/reviews/known", "{\"decision\":\"fraud\"}").status())
        .isEqualTo(202);
    assertThat(service.post("/v1/fraud/reviews/known", "{\"decision\":\"maybe\"}").status())
        .isEqualTo(400);
    assertThat(service.post("/v1/fraud/reviews/nobody", "{\"decision\":\"fraud\"}").status())
        .isEqualTo(404);
    var outcome = only(Topics.ORDER_OUTCOMES, OrderOutcome.class);
    assertThat(outcome.getLabel()).isEqualTo(OutcomeLabel.CHARGEBACK);
    assertThat(outcome.getSource()).isEqualTo("review");

    var put =
        HttpRequest.newBuilder(service.uri("/v1/fraud/model/3"))
            .PUT(HttpRequest.BodyPublishers.noBody());
    assertThat(service.send(put).status()).isEqualTo(202);
    var command = only(Topics.FRAUD_MODEL_COMMANDS, FraudModelCommand.class);
    assertThat(command.getAction()).isEqualTo(FraudModelAction.PIN);
    assertThat(command.getVersion()).isEqualTo(3);
  }

  private static <T extends SpecificRecord> T only(Topic topic, Class<T> type) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
            new StringDeserializer(),
            AvroSerdes.of(STACK.registryUrl()).deserializer(type))) {
      var partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      for (var poll = 0; poll < 20; poll++) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          return record.value();
        }
      }
      throw new AssertionError("nothing in " + topic.name());
    }
  }
}

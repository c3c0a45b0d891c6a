package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.Erasure;
import io.shopstream.events.IdentityLink;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.StateRequest;
import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.state.StateStore;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who is who, who is to be forgotten and who did not agree, on a real broker with several
 * partitions: everything is published in random order, some of it twice, and the process is killed
 * in between. What must come out does not depend on the order.
 */
class IdentityAndPrivacyIT {

  private static final int PARTITIONS = 3;
  private static final int PEOPLE = 30;
  private static final int CLICKS_BEFORE_LOGIN = 8;
  private static final int CLICKS_AFTER_LOGIN = 4;
  private static final long START = System.currentTimeMillis() - Duration.ofHours(2).toMillis();
  private static final long ERASED = START + Duration.ofHours(1).toMillis();

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();
  @TempDir static Path folder;
  private static StreamsProcess app;
  private static KafkaProducer<String, SpecificRecord> producer;

  @BeforeAll
  static void publishEverythingInRandomOrderAndKill() throws Exception {
    STACK.emptyTopics(PARTITIONS);
    app =
        new StreamsProcess(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", STACK.bootstrapServers(),
                "SCHEMA_REGISTRY_URL", STACK.registryUrl(),
                "TOPIC_PARTITIONS", Integer.toString(PARTITIONS),
                "CHANGELOG_LAG", "1s",
                "STATE_DIR", folder.resolve("state").toString()),
            Path.of("target", "identity-and-privacy-it.log"));
    producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
            new StringSerializer(),
            AvroSerdes.of(STACK.registryUrl()).serializer(SpecificRecord.class));
    var random = new Random(3);
    var records = new ArrayList<ProducerRecord<String, SpecificRecord>>();
    for (var person = 0; person < PEOPLE; person++) {
      records.addAll(all(person));
    }
    // One in five twice, and everything anywhere.
    records.addAll(records.stream().filter(each -> random.nextInt(5) == 0).toList());
    Collections.shuffle(records, random);
    app.start();
    app.awaitReady();
    for (var i = 0; i < records.size(); i++) {
      producer.send(records.get(i)).get();
      if (i == records.size() / 2) {
        app.kill();
        app.start();
      }
    }
    app.awaitReady();
  }

  @AfterAll
  static void stop() {
    if (producer != null) {
      producer.close();
    }
    if (app != null) {
      app.close();
    }
  }

  @Test
  void shouldTellNothingToThoseWhoDoNotSayTheSecret() throws Exception {
    assertThat(app.status("/state/v1/metadata")).isEqualTo(401);
    assertThat(app.status("/state/v1/stores/user-profiles")).isEqualTo(401);
    assertThat(app.status("/health/readiness")).isEqualTo(200);
    var request =
        AvroBinary.encode(
            new StateRequest(List.of(ByteBuffer.wrap(StateStore.key("user-1"))), false));
    assertThat(app.post("/state/v1/stores/user-profiles", request, false)).isEqualTo(401);
    assertThat(app.post("/state/v1/stores/user-profiles", request, true)).isEqualTo(200);
  }

  @Test
  void shouldSayWhatIsWrongWithARead() throws Exception {
    var profiles = "/state/v1/stores/user-profiles";
    var key = ByteBuffer.wrap(StateStore.key("user-1"));
    var many = new StateRequest(Collections.nCopies(1_001, key), false);

    assertThat(app.post("/state/v1/stores/nothing", new byte[0], true)).isEqualTo(404);
    assertThat(app.post(profiles, new byte[] {1, 2, 3}, true)).isEqualTo(400);
    assertThat(app.post(profiles, AvroBinary.encode(many), true)).isEqualTo(400);
    assertThat(app.post(profiles, new byte[300_000], true)).isEqualTo(413);
    assertThat(app.status("/health/readiness")).isEqualTo(200);
  }

  private static boolean isErased(int person) {
    return person % 3 == 0;
  }

  private static boolean hasNotAgreed(int person) {
    return person % 3 == 1;
  }

  private static List<ProducerRecord<String, SpecificRecord>> all(int person) {
    var records = new ArrayList<ProducerRecord<String, SpecificRecord>>();
    var user = "user-" + person;
    var visitor = "visitor-" + person;
    for (var n = 0; n < CLICKS_BEFORE_LOGIN + CLICKS_AFTER_LOGIN; n++) {
      var click =
          Click.newBuilder()
              .setEventId("click-" + person + "-" + n)
              .setType(ClickType.VIEW)
              .setTimeMs(START + n * 1_000L)
              .setVisitorId(visitor)
              .setUserId(n < CLICKS_BEFORE_LOGIN ? null : user)
              .setItemId("item-of-" + person + "-" + n % 3)
              .setConsent(!hasNotAgreed(person))
              .build();
      records.add(new ProducerRecord<>(Topics.CLICKSTREAM.name(), EventKeys.of(click), click));
    }
    for (var order :
        List.of(
            order(person, "guest", null, visitor, 100), order(person, "user", user, null, 200))) {
      records.add(new ProducerRecord<>(Topics.ORDERS.name(), EventKeys.of(order), order));
    }
    if (!hasNotAgreed(person)) {
      var link = new IdentityLink("link-" + person, visitor, user, START + 60_000);
      records.add(new ProducerRecord<>(Topics.IDENTITY_LINKS.name(), visitor, link));
    }
    if (isErased(person)) {
      var erasure = new Erasure("erasure-" + person, user, ERASED);
      records.add(new ProducerRecord<>(Topics.ERASURES.name(), user, erasure));
    }
    return records;
  }

  private static Order order(int person, String kind, String user, String visitor, long amount) {
    return Order.newBuilder()
        .setOrderId("order-" + person + "-" + kind)
        .setKind(OrderKind.PLACED)
        .setTimeMs(START + 30_000)
        .setUserId(user)
        .setVisitorId(visitor)
        .setLines(
            List.of(
                OrderLine.newBuilder()
                    .setItemId("item-of-" + person + "-0")
                    .setQuantity(1)
                    .setPriceMinor(amount)
                    .build()))
        .setAmountMinor(amount)
        .setCardFingerprint("card-of-" + person)
        .setDeviceId("shared-device")
        .setCurrency("GBP")
        .setConsent(!hasNotAgreed(person))
        .build();
  }

  @Test
  void shouldPutVisitorAndUserTogetherAndCountNothingTwice() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              for (var person = 0; person < PEOPLE; person++) {
                if (!isErased(person) && !hasNotAgreed(person)) {
                  var profile = profile("user-" + person).orElseThrow();
                  assertThat(profile.getViews())
                      .as("views of person %d", person)
                      .isEqualTo(CLICKS_BEFORE_LOGIN + CLICKS_AFTER_LOGIN);
                  assertThat(profile.getOrders()).as("orders of %d", person).isEqualTo(2);
                  assertThat(profile.getMonetaryMinor()).isEqualTo(300);
                  assertThat(profile.getVisit()).hasSize(3);
                  assertThat(profile("visitor-" + person).orElseThrow().getForwardedTo())
                      .isEqualTo("user-" + person);
                  assertThat(read(StateStore.LINKED_VISITORS, "user-" + person)).isPresent();
                }
              }
            });
  }

  @Test
  void shouldKeepNothingOfThoseWhoDidNotAgree() throws Exception {
    shouldPutVisitorAndUserTogetherAndCountNothingTwice();
    for (var person = 0; person < PEOPLE; person++) {
      if (hasNotAgreed(person)) {
        assertThat(profile("user-" + person)).isEmpty();
        assertThat(profile("visitor-" + person)).isEmpty();
      }
    }
  }

  @Test
  void shouldLeaveNothingOfTheErasedInTheStoresAndTheChangelogs() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              for (var person = 0; person < PEOPLE; person++) {
                if (isErased(person)) {
                  assertThat(profile("user-" + person)).as("user %d", person).isEmpty();
                  assertThat(profile("visitor-" + person)).as("visitor %d", person).isEmpty();
                  assertThat(read(StateStore.LINKED_VISITORS, "user-" + person)).isEmpty();
                  for (var shopper : List.of("user-" + person, "visitor-" + person)) {
                    assertThat(read(StateStore.FRAUD_SHOPPER_ORDERS, shopper)).isEmpty();
                    assertThat(read(StateStore.FRAUD_ENTITIES, "user:" + shopper)).isEmpty();
                  }
                  for (var order :
                      List.of("order-" + person + "-user", "order-" + person + "-guest")) {
                    assertThat(read(StateStore.FRAUD_ORDERS, order)).as(order).isEmpty();
                  }
                  assertThat(read(StateStore.FRAUD_ENTITIES, "card:card-of-" + person)).isEmpty();
                } else {
                  assertThat(read(StateStore.FRAUD_ENTITIES, "card:card-of-" + person)).isPresent();
                }
              }
            });
    Awaitility.await("compaction")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              var seen = peopleInChangelogs();
              var cards = cardsInChangelogs();
              for (var person = 0; person < PEOPLE; person++) {
                if (isErased(person) || hasNotAgreed(person)) {
                  assertThat(seen.get(person)).as("person %d", person).isNull();
                } else {
                  assertThat(seen.get(person)).as("person %d", person).isNotNull();
                }
                assertThat(cards.contains(person))
                    .as("card of person %d", person)
                    .isNotEqualTo(isErased(person));
              }
            });
  }

  /** People whose card can be read in a changelog of fraud scoring. */
  private static Set<Integer> cardsInChangelogs() {
    var people = new TreeSet<Integer>();
    forEachChange(
        Stream.of("fraud-waiting", "fraud-entities", "fraud-orders")
            .map(store -> "fraud-scoring-" + store + "-changelog"),
        change -> {
          var text =
              new String(change.key(), StandardCharsets.ISO_8859_1)
                  + new String(change.value(), StandardCharsets.ISO_8859_1);
          for (var person = 0; person < PEOPLE; person++) {
            if (Pattern.compile("card-of-" + person + "(?![0-9])").matcher(text).find()) {
              people.add(person);
            }
          }
        });
    return people;
  }

  /** People of whom a profile, an event or a link can be read in changelogs, and in which. */
  private static Map<Integer, Set<String>> peopleInChangelogs() {
    var people = new TreeMap<Integer, Set<String>>();
    forEachChange(
        Stream.of("user-profiles", "seen-events", "linked-visitors")
            .map(store -> "user-profiles-" + store + "-changelog"),
        change -> {
          var key = new String(change.key(), StandardCharsets.ISO_8859_1);
          var value = new String(change.value(), StandardCharsets.ISO_8859_1);
          for (var person = 0; person < PEOPLE; person++) {
            var isProfile = value.contains("item-of-" + person + "-");
            var isOther =
                !change.topic().contains("-user-profiles-")
                    && (key.equals("user-" + person)
                        || key.startsWith("user-" + person + "\0")
                        || key.startsWith("visitor-" + person + "\0"));
            if (isProfile || isOther) {
              people.computeIfAbsent(person, p -> new TreeSet<>()).add(change.topic());
            }
          }
        });
    return people;
  }

  /** Reads changelogs from end to end; deletions are passed by. */
  private static void forEachChange(
      Stream<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", STACK.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions =
          topics
              .flatMap(
                  topic ->
                      IntStream.range(0, PARTITIONS)
                          .mapToObj(partition -> new TopicPartition(topic, partition)))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (var change : consumer.poll(Duration.ofMillis(200))) {
          if (change.value() != null) {
            each.accept(change);
          }
        }
      }
    }
  }

  private static Optional<UserProfile> profile(String shopper) throws Exception {
    return read(StateStore.USER_PROFILES, shopper)
        .map(bytes -> AvroBinary.decode(bytes, UserProfile.class));
  }

  private static Optional<byte[]> read(StateStore store, String id) throws Exception {
    var value = app.read(store, List.of(StateStore.key(id))).getRows().get(0).getValue();
    if (value == null) {
      return Optional.empty();
    }
    var bytes = new byte[value.remaining()];
    value.get(bytes);
    return Optional.of(bytes);
  }
}

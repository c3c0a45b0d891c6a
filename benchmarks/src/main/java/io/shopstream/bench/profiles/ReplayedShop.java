package io.shopstream.bench.profiles;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.EventKeys;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.Installation;
import io.shopstream.local.demo.ConsumerLag;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import io.shopstream.local.stack.LoadGenerator;
import io.shopstream.local.stack.LocalStack;
import io.shopstream.local.stack.StackLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The whole shop in a temporary folder: broker, registry, streams-app and query-service, each a
 * process of its own, for one evaluation. All of it is gone after {@link #close}, also on Ctrl-C.
 */
final class ReplayedShop implements AutoCloseable {

  private static final String APPLICATION = "user-profiles";
  private static final Duration CAUGHT_UP = Duration.ofMinutes(30);
  private static final int IDS_A_REQUEST = 500;
  private static final int ATTEMPTS = 100;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Path folder;
  private final LocalStack stack;
  private final Thread hook = new Thread(this::discard, "stop-evaluation");

  private ReplayedShop(Path folder, LocalStack stack) {
    this.folder = folder;
    this.stack = stack;
  }

  /**
   * Starts everything.
   *
   * @param progress takes a line for each step
   */
  static ReplayedShop start(Consumer<String> progress) {
    try {
      var folder = Files.createTempDirectory("shopstream-evaluate-");
      var shop =
          new ReplayedShop(
              folder,
              new LocalStack(
                  Installation.find(), freeLayout(folder), Lifetime.WITH_PARENT, progress));
      Runtime.getRuntime().addShutdownHook(shop.hook);
      try {
        shop.stack.startBackbone();
        shop.stack.startApplications();
        return shop;
      } catch (RuntimeException e) {
        shop.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("No temporary folder can be made", e);
    }
  }

  private static StackLayout freeLayout(Path folder) {
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      var layout =
          new StackLayout(
              folder.resolve("stack"), ThreadLocalRandom.current().nextInt(12_000, 22_000));
      if (layout.ports().values().stream().allMatch(Ports::isFree)) {
        return layout;
      }
    }
    throw new IllegalStateException("No free ports found between 19000 and 32000");
  }

  /** Replays a file, clicks and all, so that it ends now. */
  void replay(Path file) {
    var code =
        stack.run(
            LoadGenerator.program(
                Installation.find(),
                List.of(
                    "replay",
                    "--dataset",
                    "online-retail",
                    "--file",
                    file.toString(),
                    "--state-dir",
                    folder.resolve("replay").toString()),
                stack.clientEnvironment(),
                Optional.empty()));
    if (code != 0) {
      throw new IllegalStateException("The replay ended with code " + code);
    }
  }

  /** Publishes orders of a cohort under names of their own, moved so that the cut is now. */
  void publish(Cohort cohort, String suffix) {
    var shiftMs = System.currentTimeMillis() - cohort.cutMs();
    var failure = new AtomicReference<Exception>();
    var environment = stack.clientEnvironment();
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of(
                "bootstrap.servers", stack.layout().bootstrapServers(), "linger.ms", 20),
            new StringSerializer(),
            AvroSerdes.of(environment.get("SCHEMA_REGISTRY_URL")).serializer(Order.class))) {
      cohort.before().values().stream()
          .flatMap(List::stream)
          .sorted(Comparator.comparingLong(RetailFile.Invoice::timeMs))
          .map(invoice -> order(invoice, suffix, shiftMs))
          .forEach(
              order -> {
                var unused =
                    producer.send(
                        new ProducerRecord<>(Topics.ORDERS.name(), EventKeys.of(order), order),
                        (metadata, failed) -> failure.compareAndSet(null, failed));
              });
    }
    if (failure.get() != null) {
      throw new IllegalStateException("Kafka did not take all orders", failure.get());
    }
  }

  private static Order order(RetailFile.Invoice invoice, String suffix, long shiftMs) {
    return Order.newBuilder()
        .setOrderId(invoice.id() + suffix)
        .setKind(invoice.cancellation() ? OrderKind.CANCELLED : OrderKind.PLACED)
        .setTimeMs(invoice.timeMs() + shiftMs)
        .setUserId(invoice.customer() + suffix)
        .setLines(
            List.of(
                OrderLine.newBuilder()
                    .setItemId("all" + suffix)
                    .setQuantity(1)
                    .setPriceMinor(invoice.pence())
                    .build()))
        .setAmountMinor(invoice.pence())
        .setCurrency("GBP")
        .build();
  }

  /** Waits until the profiles have counted all that was published. */
  void awaitCounted(Consumer<String> progress) throws InterruptedException {
    var deadline = System.nanoTime() + CAUGHT_UP.toNanos();
    try (var lag = new ConsumerLag(stack.layout().bootstrapServers())) {
      var told = System.nanoTime();
      for (var left = lag.records(APPLICATION); left > 0; left = lag.records(APPLICATION)) {
        stack.requireAlive();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("%,d records are still not counted".formatted(left));
        }
        if (System.nanoTime() - told > Duration.ofSeconds(5).toNanos()) {
          told = System.nanoTime();
          progress.accept("%,d records left to count".formatted(left));
        }
        Thread.sleep(500);
      }
    }
  }

  /** The profiles that the query service answers with, by id. */
  Map<String, Answered> profiles(List<String> ids) throws InterruptedException {
    var answered = new HashMap<String, Answered>();
    for (var from = 0; from < ids.size(); from += IDS_A_REQUEST) {
      var some = ids.subList(from, Math.min(ids.size(), from + IDS_A_REQUEST));
      try {
        var answer =
            http.send(
                HttpRequest.newBuilder(URI.create(stack.layout().queryUrl() + "/v1/users/profiles"))
                    .timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofByteArray(
                            json.writeValueAsBytes(Map.of("ids", some))))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        var body = json.readTree(answer.body());
        if (answer.statusCode() != 200 || !body.path("unavailable").isEmpty()) {
          throw new IllegalStateException("Profiles cannot be read: " + body);
        }
        body.path("profiles")
            .forEach(
                one -> answered.put(one.path("id").asText(), Answered.of(one.path("profile"))));
      } catch (IOException e) {
        throw new UncheckedIOException("The query service does not answer", e);
      }
    }
    return answered;
  }

  private void discard() {
    stack.close();
    var files = new ArrayList<Path>();
    try (var all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(files::add);
      for (var file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println(folder + " is left behind: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does it.
      return;
    }
    discard();
  }
}

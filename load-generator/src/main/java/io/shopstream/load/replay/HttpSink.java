package io.shopstream.load.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends events to the query service in batches, one request at a time, so that the events of a
 * visitor keep their order. A batch that was not taken is sent again as a whole: its events have
 * ids, so what was taken of it counts once.
 */
final class HttpSink implements EventSink {

  private static final int BATCH = 1_000;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final long NAP_MS = 50;

  private final HttpClient client;
  private final URI url;
  private final String apiKey;
  private final Duration patience;
  private final AtomicBoolean stopping;
  private final EventJson json = new EventJson();
  private final ObjectMapper mapper = new ObjectMapper();

  // In the order in which they are sent: an item is described before it is clicked.
  private final Pending catalogItems = new Pending("/v1/catalog/items");
  private final Pending clicks = new Pending("/v1/events");
  private final Pending orders = new Pending("/v1/orders");

  private HttpSink(
      HttpClient client, URI url, String apiKey, Duration patience, AtomicBoolean stopping) {
    this.client = client;
    this.url = url;
    this.apiKey = apiKey;
    this.patience = patience;
    this.stopping = stopping;
  }

  /**
   * Looks whether something answers at an address.
   *
   * @param url root address of the query service
   * @param apiKey of the service; empty when it asks for none
   * @param patience how long a batch is tried before the replay fails
   * @param stopping ends the waiting for a service that is away
   * @throws ReplayException when the address is none, or nothing answers
   */
  static HttpSink connect(String url, String apiKey, Duration patience, AtomicBoolean stopping)
      throws ReplayException, InterruptedException {
    URI root;
    try {
      root = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      if (root.getAuthority() == null) {
        throw new IllegalArgumentException("no host");
      }
      var client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_TIMEOUT)
              .build();
      client.send(
          HttpRequest.newBuilder(URI.create(root + "/health")).timeout(CONNECT_TIMEOUT).build(),
          HttpResponse.BodyHandlers.discarding());
      return new HttpSink(client, root, apiKey, patience, stopping);
    } catch (IllegalArgumentException e) {
      throw new ReplayException(
          "--url should be an address like http://127.0.0.1:8080, not " + url, e);
    } catch (IOException e) {
      throw new ReplayException(
          "No query service answered at %s (%s). Start one with ./shopstream up, or give its address with --url."
              .formatted(url, e),
          e);
    }
  }

  @Override
  public String target() {
    return "http-" + url.getAuthority();
  }

  @Override
  public void send(ShopEvent event, Receipt receipt) throws InterruptedException {
    var pending =
        event instanceof Clicked ? clicks : event instanceof Ordered ? orders : catalogItems;
    pending.events.add(event);
    pending.receipts.add(receipt);
    if (pending.events.size() == BATCH) {
      flush();
    }
  }

  @Override
  public void flush() throws InterruptedException {
    flush(catalogItems);
    flush(clicks);
    flush(orders);
  }

  private void flush(Pending pending) throws InterruptedException {
    if (!pending.events.isEmpty()) {
      deliver(pending.path, List.copyOf(pending.events), List.copyOf(pending.receipts));
      pending.events.clear();
      pending.receipts.clear();
    }
  }

  /** Sends a batch until it is settled, patience ends or the replay is to stop. */
  private void deliver(String path, List<ShopEvent> events, List<Receipt> receipts)
      throws InterruptedException {
    var builder =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.array(events)));
    if (!apiKey.isEmpty()) {
      builder.header("X-Api-Key", apiKey);
    }
    var request = builder.build();
    var deadline = System.nanoTime() + patience.toNanos();
    var pause = FIRST_PAUSE;
    while (true) {
      String trouble;
      var wait = pause;
      try {
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        var status = answer.statusCode();
        if (status == 413 && events.size() > 1) {
          var half = events.size() / 2;
          deliver(path, events.subList(0, half), receipts.subList(0, half));
          deliver(
              path, events.subList(half, events.size()), receipts.subList(half, receipts.size()));
          return;
        }
        if (status == 202 || status == 400 || status == 409 || status == 413) {
          settle(status, answer.body(), events, receipts);
          return;
        }
        trouble = "%s%s answered %d: %s".formatted(url, path, status, excerpt(answer.body()));
        if (status != 429 && status < 500) {
          receipts.get(0).failed(new IOException(trouble));
          return;
        }
        wait = retryAfter(answer, pause);
      } catch (IOException e) {
        trouble = "%s%s: %s".formatted(url, path, e);
      }
      if (System.nanoTime() + wait.toNanos() > deadline) {
        receipts.get(0).failed(new IOException(trouble));
        return;
      }
      nap(wait);
      if (stopping.get()) {
        return; // not settled: the position stays before this batch
      }
      pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  private void settle(int status, String body, List<ShopEvent> events, List<Receipt> receipts) {
    var answer = parse(body);
    var reasons = new HashMap<Integer, String>();
    for (var error : answer.path("errors")) {
      if (error.path("index").isInt()) {
        reasons.merge(
            error.path("index").asInt(),
            (error.path("field").asText("") + " " + error.path("reason").asText()).strip(),
            (first, next) -> first + "; " + next);
      }
    }
    var otherwise =
        status == 202 ? null : "%d: %s".formatted(status, answer.path("detail").asText(body));
    for (var i = 0; i < events.size(); i++) {
      var reason = reasons.getOrDefault(i, otherwise);
      if (reason == null) {
        receipts.get(i).accepted();
      } else {
        receipts.get(i).refused(events.get(i), reason);
      }
    }
  }

  private JsonNode parse(String body) {
    try {
      return mapper.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static Duration retryAfter(HttpResponse<?> answer, Duration otherwise) {
    try {
      return answer
          .headers()
          .firstValue("Retry-After")
          .map(seconds -> min(Duration.ofSeconds(Long.parseLong(seconds)), LONGEST_PAUSE))
          .orElse(otherwise);
    } catch (NumberFormatException e) {
      return otherwise; // a date; the service sends seconds
    }
  }

  private void nap(Duration duration) throws InterruptedException {
    var end = System.nanoTime() + duration.toNanos();
    while (!stopping.get() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(NAP_MS);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static String excerpt(String body) {
    return body.length() <= 300 ? body : body.substring(0, 300) + "…";
  }

  @Override
  public void close() {
    // The client's threads are daemons and end with the last reference to it.
  }

  /** Events of one kind that wait for their batch to fill. */
  private static final class Pending {
    private final String path;
    private final List<ShopEvent> events = new ArrayList<>(BATCH);
    private final List<Receipt> receipts = new ArrayList<>(BATCH);

    Pending(String path) {
      this.path = path;
    }
  }
}

package io.shopstream.query.recommend;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.sse.Event;
import io.shopstream.events.UserProfile;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.config.StreamConfiguration;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Pushes new recommendations to those who listen, as their users click.
 *
 * <p>The profiles of all users listened to are read together a few times a second, one request an
 * instance of streams-app; who has a changed one gets new recommendations. So it does not matter
 * through which instance, or past all of them, an event came, and what is pushed was made with the
 * event in it. A reader that is slow gets the newest list only.
 */
@Singleton
final class LiveRecommendations {

  private static final Logger LOG = LoggerFactory.getLogger(LiveRecommendations.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Recommender recommender;
  private final StateClient state;
  private final StreamConfiguration config;
  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread;

  LiveRecommendations(
      Recommender recommender,
      StateClient state,
      StreamConfiguration config,
      MeterRegistry meters) {
    this.recommender = recommender;
    this.state = state;
    this.config = config;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var poller = new Thread(task, "live-recommendations");
              poller.setDaemon(true);
              return poller;
            });
    Gauge.builder("recommendations.streams.open", streams, Set::size)
        .description("Streams of recommendations that somebody listens to.")
        .register(meters);
    pollLater();
  }

  /** Somebody who listens. */
  private static final class Stream {
    private final String userId;
    private final Wishes wishes;
    private final FluxSink<Event<Object>> sink;
    private final long openedNanos = System.nanoTime();
    private volatile long sentNanos = openedNanos;
    // Guarded by this.
    private boolean asking;
    private boolean asked;
    private int version;

    private Stream(String userId, Wishes wishes, FluxSink<Event<Object>> sink) {
      this.userId = userId;
      this.wishes = wishes;
      this.sink = sink;
    }

    /** Whether a list is to be made for a version of the profile; if so, it is being made. */
    private synchronized boolean isNews(int now) {
      if (asking || (asked && version == now)) {
        return false;
      }
      asking = true;
      asked = true;
      version = now;
      return true;
    }

    private synchronized void answered() {
      asking = false;
    }

    private void send(Event<Object> event) {
      sentNanos = System.nanoTime();
      sink.next(event);
    }
  }

  /**
   * A user's recommendations now, and again whenever they do something.
   *
   * @throws ProblemException 503 when too many listen already
   */
  Publisher<Event<Object>> listen(String userId, Wishes wishes) {
    var ofUser = streams.stream().filter(stream -> stream.userId.equals(userId)).count();
    if (streams.size() >= config.maxStreams() || ofUser >= config.maxStreamsOfUser()) {
      throw ProblemException.unavailable(
          "Too many streams of recommendations are open; close some, or ask now and then instead.",
          RETRY_AFTER);
    }
    // Two that come at the same time may both be let in: the bound is soft by that much.
    return Flux.create(
        sink -> {
          var stream = new Stream(userId, wishes, sink);
          streams.add(stream);
          sink.onDispose(() -> streams.remove(stream));
          var unused = look(List.of(stream));
        },
        FluxSink.OverflowStrategy.LATEST);
  }

  private void recommend(Stream stream) {
    CompletableFuture<Recommendations> asked;
    try {
      asked = recommender.forUser(stream.userId, stream.wishes);
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedFuture(e);
    }
    var unused =
        asked.whenComplete(
            (recommendations, failure) -> {
              stream.answered();
              if (failure == null) {
                stream.send(
                    Event.<Object>of(recommendations)
                        .name("recommendations")
                        .id(recommendations.recommendationId()));
              } else {
                // The next change brings the next list; the stream stays.
                LOG.debug("No recommendations for a stream just now: {}", failure.toString());
              }
            });
  }

  private void pollLater() {
    if (!thread.isShutdown()) {
      var unused =
          thread.schedule(this::poll, config.pollInterval().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void poll() {
    try {
      var open = new ArrayList<>(streams);
      keepAlive(open);
      var unused = look(open).whenComplete((done, failure) -> pollLater());
    } catch (RuntimeException e) {
      LOG.warn("Streams could not be served, trying again", e);
      pollLater();
    }
  }

  /** Reads the profiles of those who are listened to, and sends lists to whom they are news. */
  private CompletableFuture<Void> look(List<Stream> open) {
    var users = open.stream().map(stream -> stream.userId).distinct().toList();
    return state
        .read(StateStore.USER_PROFILES, users.stream().map(StateStore::key).toList())
        .thenAccept(
            rows -> {
              var versions = new HashMap<String, Integer>();
              for (var i = 0; i < users.size(); i++) {
                versions.put(users.get(i), version(rows.get(i)));
              }
              for (var stream : open) {
                if (stream.isNews(versions.get(stream.userId))) {
                  recommend(stream);
                }
              }
            });
  }

  /** Changes when the user does something. */
  private static int version(StateRow row) {
    if (!(row instanceof StateRow.Found found)) {
      return row instanceof StateRow.Absent ? 0 : 1;
    }
    var profile = AvroBinary.decode(found.bytes(), UserProfile.class);
    return Objects.hash(
        profile.getLastSeenTimeMs(),
        profile.getVisits(),
        profile.getViews(),
        profile.getCarts(),
        profile.getSearches(),
        profile.getOrders(),
        profile.getVisit());
  }

  private void keepAlive(List<Stream> open) {
    var now = System.nanoTime();
    for (var stream : open) {
      if (now - stream.openedNanos > config.longestStream().toNanos()) {
        stream.sink.complete();
      } else if (now - stream.sentNanos > config.heartbeat().toNanos()
          && stream.sink.requestedFromDownstream() > 0) { // never in the way of a list
        stream.send(Event.<Object>of(Heartbeat.NOW).name("heartbeat"));
      }
    }
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
    streams.forEach(stream -> stream.sink.complete());
  }
}

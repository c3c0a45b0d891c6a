package io.shopstream.query.state;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.shopstream.events.PairKind;
import io.shopstream.events.state.StateSecret;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.config.StateConfiguration;
import io.shopstream.query.config.StateSecretConfiguration;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads state over HTTP, on the event loops that serve the queries. */
@Context
final class HttpStateClient implements StateClient, InstanceClient {

  private static final Logger LOG = LoggerFactory.getLogger(HttpStateClient.class);

  /** An event loop with its own connections. */
  private record Lane(EventLoop loop, StateConnections connections, ReadRequests requests) {}

  private final StateConfiguration config;
  private final List<Lane> lanes = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final Directory directory;
  private final LinePace unavailableLine = new LinePace(Duration.ofSeconds(1));
  private final Counter stale;
  private final Counter unavailable;

  @Inject
  HttpStateClient(
      EventLoopGroupRegistry loops,
      StateConfiguration config,
      StateSecretConfiguration secret,
      MeterRegistry meters) {
    this(loops.getDefaultEventLoopGroup(), config, secret.configured(), meters);
  }

  /** Of a streams-app that asks for no secret. */
  HttpStateClient(EventLoopGroup loops, StateConfiguration config, MeterRegistry meters) {
    this(loops, config, Optional.empty(), meters);
  }

  private HttpStateClient(
      EventLoopGroup loops,
      StateConfiguration config,
      Optional<StateSecret> secret,
      MeterRegistry meters) {
    this.config = config;
    for (var executor : loops) {
      var loop = (EventLoop) executor;
      var connections = new StateConnections(loop, config, secret);
      lanes.add(
          new Lane(
              loop,
              connections,
              new ReadRequests(loop, connections, config.readTimeout().toNanos())));
    }
    var bootstrap =
        Arrays.stream(config.bootstrap().split(","))
            .map(String::trim)
            .filter(address -> !address.isEmpty())
            .map(Instance::parse)
            .toList();
    var first = lanes.get(0);
    directory = new Directory(bootstrap, config, first.loop(), first.connections());
    stale =
        Counter.builder("state.rows.stale")
            .description("Rows that a standby answered for.")
            .register(meters);
    unavailable =
        Counter.builder("state.rows.unavailable")
            .description("Rows that no instance answered for in time.")
            .register(meters);
  }

  @Override
  public CompletableFuture<List<StateRow>> read(StateStore store, List<byte[]> keys) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return read(new ReadRequests.Question.OfRows(store), keys).thenApply(this::counted);
  }

  @Override
  public CompletableFuture<StateRow> readVisit(byte[] shopper, PairKind kind) {
    return read(new ReadRequests.Question.OfVisits(kind), List.of(shopper))
        .thenApply(rows -> counted(rows).get(0));
  }

  private CompletableFuture<List<StateRow>> read(
      ReadRequests.Question question, List<byte[]> keys) {
    var lane = lane();
    var read = new Read(question, keys, lane.loop(), lane.requests(), directory, config);
    if (lane.loop().inEventLoop()) {
      read.start();
    } else {
      lane.loop().execute(read::start);
    }
    return read.result();
  }

  @Override
  public CompletableFuture<Map<String, Optional<byte[]>>> askAll(String path) {
    var answers = new ConcurrentSkipListMap<String, Optional<byte[]>>();
    var asked =
        directory.ownership().instances().stream()
            .map(
                instance ->
                    lane()
                        .connections()
                        .get(instance, path)
                        .handle(
                            (answer, failure) ->
                                answers.put(
                                    instance.toString(),
                                    failure == null && answer.status() == 200
                                        ? Optional.of(answer.body())
                                        : Optional.empty())))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(asked).thenApply(done -> answers);
  }

  /** Whether an instance of streams-app has told lately who holds what. */
  boolean reachable() {
    return directory.answered();
  }

  /** The lane of the calling thread, else any. */
  private Lane lane() {
    for (var lane : lanes) {
      if (lane.loop().inEventLoop()) {
        return lane;
      }
    }
    return lanes.get(Math.floorMod(turn.getAndIncrement(), lanes.size()));
  }

  private List<StateRow> counted(List<StateRow> rows) {
    for (var row : rows) {
      if (row instanceof StateRow.Unavailable missing) {
        unavailable.increment();
        if (unavailableLine.isDue()) {
          LOG.warn("Nobody answered in time for a row of {}", missing.reason());
        }
      } else if (row.stale()) {
        stale.increment();
      }
    }
    return rows;
  }

  @PreDestroy
  void close() {
    directory.close();
  }
}

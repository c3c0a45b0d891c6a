package io.shopstream.streams.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the applications of this process side by side, each with its own consumer group, commit
 * interval and threads, so that a slow or failing one does not stop the others.
 */
@Context
public final class StreamsRuntime {

  private static final Logger LOG = LoggerFactory.getLogger(StreamsRuntime.class);

  private final KafkaSettings kafka;
  private final StreamsSettings settings;
  private final MeterRegistry meters;
  private final List<StreamsTopology> topologies;
  private final List<KafkaStreamsMetrics> metrics = new ArrayList<>();
  private volatile List<RunningApplication> running = List.of();
  private volatile boolean stopping;
  private volatile Runnable closeWatch = () -> {};

  /**
   * Nothing runs before the server listens, because its address is part of the group's metadata.
   */
  public StreamsRuntime(
      KafkaSettings kafka,
      StreamsSettings settings,
      MeterRegistry meters,
      List<StreamsTopology> topologies) {
    this.kafka = kafka;
    this.settings = settings;
    this.meters = meters;
    this.topologies = chosen(topologies, settings.applications());
  }

  private static List<StreamsTopology> chosen(
      List<StreamsTopology> topologies, List<String> names) {
    var wanted = names.stream().map(String::trim).filter(name -> !name.isEmpty()).toList();
    var known = topologies.stream().map(StreamsTopology::applicationId).toList();
    for (var name : wanted) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "streams.applications (STREAMS_APPLICATIONS) names %s; there are %s"
                .formatted(name, String.join(", ", known)));
      }
    }
    return topologies.stream()
        .filter(one -> wanted.isEmpty() || wanted.contains(one.applicationId()))
        .toList();
  }

  /** The applications that were started; empty before the server listens. */
  public List<RunningApplication> applications() {
    return running;
  }

  /** Partitions of every topic and store. */
  public int partitions() {
    return kafka.partitions();
  }

  @EventListener
  void start(ServerStartupEvent event) {
    var server = event.getSource();
    var started = new ArrayList<RunningApplication>();
    for (var topology : topologies) {
      var application = start(topology, server);
      register(application);
      started.add(application);
    }
    running = List.copyOf(started);
    var ids =
        topologies.stream()
            .map(topology -> settings.id(topology.applicationId()))
            .collect(Collectors.toUnmodifiableSet());
    closeWatch = new TransactionWatch(kafka.clientSettings(), ids)::close;
  }

  /** Starts an application; what cannot be read on the disk is taken from the changelogs anew. */
  private RunningApplication start(StreamsTopology topology, EmbeddedServer server) {
    var application = create(topology, server);
    try {
      application.start();
      return application;
    } catch (ProcessorStateException damaged) {
      LOG.warn(
          "{}: its state on disk cannot be read and is restored from the changelogs",
          topology.applicationId(),
          damaged);
      application.discard();
      var anew = create(topology, server);
      anew.start();
      return anew;
    }
  }

  private RunningApplication create(StreamsTopology topology, EmbeddedServer server) {
    var deadLetters = new DeadLetterHandler.Sink(meters, topology.applicationId());
    var application =
        new RunningApplication(topology, configuration(topology, server, deadLetters));
    deadLetters.expect(application.sourceTopics());
    return application;
  }

  private void register(RunningApplication application) {
    var streamsMetrics = new KafkaStreamsMetrics(application.streams());
    streamsMetrics.bindTo(meters);
    metrics.add(streamsMetrics);
    meters.gauge(
        "shopstream.restore.remaining.records",
        List.of(Tag.of("application", application.applicationId())),
        application,
        RunningApplication::recordsToRestore);
  }

  /** Whether it has been asked to stop. */
  public boolean isStopping() {
    return stopping;
  }

  /**
   * Stops the applications, together. The server still listens meanwhile: readers hear at once that
   * they have to ask another instance.
   */
  @PreDestroy
  public void stop() {
    if (!stopping) {
      stopping = true;
      closeWatch.run();
      var closings = new ArrayList<Thread>();
      for (var application : running) {
        var closing = new Thread(application::close, "close-" + application.applicationId());
        closing.start();
        closings.add(closing);
      }
      closings.forEach(StreamsRuntime::awaitEnd);
      metrics.forEach(KafkaStreamsMetrics::close);
    }
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Object> configuration(
      StreamsTopology topology, EmbeddedServer server, DeadLetterHandler.Sink deadLetters) {
    var port = settings.advertisedPort() == 0 ? server.getPort() : settings.advertisedPort();
    var advertised = settings.advertisedHost() + ":" + port;
    var config =
        StreamsConfiguration.of(
            kafka, settings, settings.id(topology.applicationId()), topology.tuning(), advertised);
    config.putAll(topology.configuration());
    config.put(DeadLetterHandler.SINK, deadLetters);
    return config;
  }
}

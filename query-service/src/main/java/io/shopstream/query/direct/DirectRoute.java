package io.shopstream.query.direct;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.configuration.metrics.binder.web.config.HttpMetricsConfig;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.json.JsonMapper;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.shopstream.query.edge.Gate;
import io.shopstream.query.edge.RequestIds;
import io.shopstream.query.problem.ProblemException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** An address and what surrounds it: who may ask, how it is measured, how it is answered. */
final class DirectRoute<T> {

  private static final Logger LOG = LoggerFactory.getLogger(DirectRoute.class);

  private static final String REQUESTS = "http.server.requests"; // as Micronaut calls and tags them
  private static final String NO_EXCEPTION = "none";
  private static final int OK = 200;

  private final DirectAddress<T> address;
  private final String before;
  private final String after;
  private final Gate.Door door;
  private final Answers answers;
  private final JsonMapper mapper;
  private final MeterRegistry meters;
  private final boolean measured;
  private volatile @Nullable Timer good;

  DirectRoute(
      DirectAddress<T> address,
      Gate gate,
      Answers answers,
      MeterRegistry meters,
      HttpMetricsConfig metrics) {
    this.address = address;
    var template = address.template();
    this.before = template.substring(0, template.indexOf('{'));
    this.after = template.substring(template.indexOf('}') + 1);
    this.door = gate.ofReading(template);
    this.answers = answers;
    this.mapper = answers.mapper(address.type());
    this.meters = meters;
    this.measured = metrics.isEnabled();
  }

  /** The future tells what is known, and is done when somebody asks. */
  private final class Asked implements Exchange {
    private final String requestId;
    private final boolean gzipped;
    private final boolean closes;
    private final long beginNanos = System.nanoTime();
    private final CompletableFuture<T> future;
    private @Nullable T known;
    private @Nullable Throwable failure;

    private Asked(HttpRequest request, Supplier<CompletableFuture<T>> question) {
      var headers = request.headers();
      this.requestId = RequestIds.of(headers.get(RequestIds.HEADER));
      this.gzipped = Plain.takesGzip(headers);
      this.closes = headers.contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
      this.future = question.get();
    }

    @Override
    public void whenKnown(Runnable task) {
      var unused =
          future.whenComplete(
              (answer, why) -> {
                known = answer;
                failure = cause(why);
                task.run();
              });
    }

    @Override
    public void leave() {
      door.leave();
    }

    @Override
    public void count() {
      if (measured) {
        DirectRoute.this.count(failure, System.nanoTime() - beginNanos);
      }
    }

    @Override
    public FullHttpResponse answer(ByteBufAllocator buffers) throws IOException {
      if (failure instanceof ProblemException problem) {
        return answers.problem(buffers, problem, requestId, gzipped);
      }
      if (failure != null) {
        return unexpected(buffers, failure);
      }
      try {
        return answers.ok(buffers, mapper, address.type(), known, requestId, gzipped);
      } catch (IOException | RuntimeException e) {
        return unexpected(buffers, e);
      }
    }

    @Override
    public boolean goesOnAfter(FullHttpResponse answer) {
      return !closes && answers.mayGoOnAfter(answer.status());
    }

    private FullHttpResponse unexpected(ByteBufAllocator buffers, Throwable why)
        throws IOException {
      MDC.put(RequestIds.LOGGED, requestId);
      try {
        // The template: an address names people.
        LOG.error("GET {} was answered 500, request_id {}", address.template(), requestId, why);
      } finally {
        MDC.remove(RequestIds.LOGGED);
      }
      return answers.problem(buffers, null, requestId, gzipped);
    }
  }

  /** Begins to serve a request; empty when it is another's, or better told about by Micronaut. */
  Optional<Exchange> begin(HttpRequest request, InetSocketAddress client) {
    if (!request.uri().startsWith(before) || !Plain.isPlain(request)) {
      return Optional.empty();
    }
    var target = Target.of(before, after, request.uri());
    if (target.isEmpty()) {
      return Optional.empty();
    }
    Supplier<CompletableFuture<T>> question;
    try {
      question = address.question(target.get().variable(), target.get().parameters());
    } catch (RuntimeException e) {
      return Optional.empty(); // a problem, most likely; Micronaut tells which
    }
    if (!door.enter(request.headers(), client)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Asked(request, question));
    } catch (RuntimeException e) {
      // It failed before it began, as it will again where that is answered.
      door.leave();
      return Optional.empty();
    }
  }

  /** The failure itself, without what a future wraps it into. */
  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void count(@Nullable Throwable failure, long nanos) {
    if (failure != null) {
      var status = failure instanceof ProblemException e ? e.problem().status() : 500;
      timer(status, failure.getClass().getSimpleName()).record(nanos, TimeUnit.NANOSECONDS);
      return;
    }
    var timer = good;
    if (timer == null) {
      timer = timer(OK, NO_EXCEPTION);
      good = timer;
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(int status, String exception) {
    return meters.timer(
        REQUESTS,
        "method",
        HttpMethod.GET.name(),
        "status",
        Integer.toString(status),
        "uri",
        address.template(),
        "exception",
        exception);
  }
}

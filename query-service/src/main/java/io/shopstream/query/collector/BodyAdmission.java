package io.shopstream.query.collector;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.problem.ProblemException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that requests with a body take together, from their first byte to the end of
 * the answer: while they are uploaded, while they wait for a thread, while they wait for Kafka. A
 * request beyond the bound is answered 503 before its body is read.
 */
@ServerFilter("/**") // a pattern of its own would be matched letter by letter
final class BodyAdmission implements Ordered {

  /** What a request costs beside its body, in bytes, roughly. */
  static final int REQUEST_OVERHEAD = 4_096;

  private static final Set<String> TAKEN_ENCODINGS = Set.of("gzip", "identity");

  private static final String API = "/v1/";

  private static final String ATTRIBUTE = BodyAdmission.class.getName();

  private final CollectorConfiguration config;
  private final long longestBody;
  private final AtomicLong pendingBytes = new AtomicLong();

  BodyAdmission(
      CollectorConfiguration config, HttpServerConfiguration server, MeterRegistry meters) {
    this.config = config;
    this.longestBody = server.getMaxRequestSize();
    Gauge.builder("collector.pending.bytes", pendingBytes, AtomicLong::get)
        .description("Bodies of requests that are being read or wait for Kafka.")
        .register(meters);
  }

  /** Held from the head of a request to its answer, or to the end of its connection. */
  private final class Reservation implements ChannelFutureListener {
    private final long bytes;
    private final Channel channel;
    private final AtomicBoolean released = new AtomicBoolean();

    private Reservation(long bytes, Channel channel) {
      this.bytes = bytes;
      this.channel = channel;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
      release();
    }

    private void release() {
      if (released.compareAndSet(false, true)) {
        pendingBytes.addAndGet(-bytes);
        var unused = channel.closeFuture().removeListener(this);
      }
    }
  }

  /** Memory is for those who may come in. */
  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }

  @RequestFilter
  void admit(HttpRequest<?> request) {
    if (request.getMethod() != HttpMethod.POST
        || !request.getPath().startsWith(API)
        || !(request instanceof NettyHttpRequest<?> netty)) {
      return;
    }
    var encoding = request.getHeaders().get(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !TAKEN_ENCODINGS.contains(encoding.toLowerCase(Locale.ROOT))) {
      throw ProblemException.unsupported(
          "The body may come as it is, or with Content-Encoding: gzip.");
    }
    // A length that is not told may be any; one that is too long is refused without being read.
    var length = request.getContentLength();
    var body = length < 0 ? longestBody : length > longestBody ? 0 : length;
    var channel = netty.getChannelHandlerContext().channel();
    var reservation = new Reservation(body + REQUEST_OVERHEAD, channel);
    if (pendingBytes.addAndGet(reservation.bytes) > config.maxPendingBytes()) {
      pendingBytes.addAndGet(-reservation.bytes);
      throw ProblemException.unavailable(
          "More events are waiting for Kafka than the service may hold.", config.retryAfter());
    }
    var unused = channel.closeFuture().addListener(reservation);
    request.setAttribute(ATTRIBUTE, reservation);
  }

  @ResponseFilter
  void answered(HttpRequest<?> request) {
    request.getAttribute(ATTRIBUTE, Reservation.class).ifPresent(Reservation::release);
  }
}

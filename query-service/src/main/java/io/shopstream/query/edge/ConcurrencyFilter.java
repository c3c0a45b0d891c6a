package io.shopstream.query.edge;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.shopstream.query.problem.ProblemException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the requests that are being served at once; one more is answered 503. Health is always
 * told.
 */
@ServerFilter("/**") // a pattern of its own would be matched letter by letter
final class ConcurrencyFilter implements Ordered {

  private static final String API = "/v1/";

  private static final String ATTRIBUTE = ConcurrencyFilter.class.getName();

  private final EdgeConfiguration config;
  private final Places places;

  ConcurrencyFilter(EdgeConfiguration config, Places places) {
    this.config = config;
    this.places = places;
  }

  /** Held until the answer, or the end of the connection. */
  private final class Place implements ChannelFutureListener {
    private final Channel channel;
    private final AtomicBoolean left = new AtomicBoolean();

    private Place(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
      leave();
    }

    private void leave() {
      if (left.compareAndSet(false, true)) {
        places.leave();
        var unused = channel.closeFuture().removeListener(this);
      }
    }
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.before();
  }

  @RequestFilter
  void admit(HttpRequest<?> request) {
    if (!request.getPath().startsWith(API) || !(request instanceof NettyHttpRequest<?> netty)) {
      return;
    }
    if (!places.take()) {
      throw ProblemException.unavailable(
          "More requests are being served than the service may take at once.", config.retryAfter());
    }
    var place = new Place(netty.getChannelHandlerContext().channel());
    request.setAttribute(ATTRIBUTE, place);
    var unused = place.channel.closeFuture().addListener(place);
  }

  @ResponseFilter
  void answered(HttpRequest<?> request) {
    request.getAttribute(ATTRIBUTE, Place.class).ifPresent(Place::leave);
  }
}

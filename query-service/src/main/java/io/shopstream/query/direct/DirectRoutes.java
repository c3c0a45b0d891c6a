package io.shopstream.query.direct;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.configuration.metrics.binder.web.config.HttpMetricsConfig;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.handler.codec.http.HttpRequest;
import io.shopstream.query.edge.Gate;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All addresses that are answered in front of Micronaut. */
@Singleton
final class DirectRoutes {

  private final List<DirectRoute<?>> routes = new ArrayList<>();

  DirectRoutes(
      List<DirectAddress<?>> addresses,
      Gate gate,
      Answers answers,
      MeterRegistry meters,
      HttpMetricsConfig metrics,
      NettyHttpServerConfiguration server) {
    // Routes stand elsewhere then, or are to be asked for elsewhere: Micronaut knows it all.
    if (server.getContextPath() == null && !server.isDualProtocol()) {
      for (var address : addresses) {
        routes.add(new DirectRoute<>(address, gate, answers, meters, metrics));
      }
    }
  }

  /** Begins to serve a request; empty when that is for Micronaut to do. */
  Optional<Exchange> begin(HttpRequest request, SocketAddress from) {
    if (!(from instanceof InetSocketAddress client)) {
      return Optional.empty();
    }
    for (var i = 0; i < routes.size(); i++) {
      var exchange = routes.get(i).begin(request, client);
      if (exchange.isPresent()) {
        return exchange;
      }
    }
    return Optional.empty();
  }
}

package io.shopstream.query.edge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the open connections: one more is closed before anything is read from it. */
@Singleton
@Requires(classes = NettyServerCustomizer.class)
final class Crowd implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final EdgeConfiguration config;
  private final AtomicInteger open = new AtomicInteger();

  Crowd(EdgeConfiguration config, MeterRegistry meters) {
    this.config = config;
    Gauge.builder("edge.connections", open, AtomicInteger::get)
        .description("Open connections to the service.")
        .register(meters);
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Door());
    return event.getBean();
  }

  /** Sees every connection. */
  private final class Door implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      if (role == ChannelRole.CONNECTION) {
        admit(channel);
      }
      return this;
    }

    private void admit(Channel channel) {
      if (open.incrementAndGet() > config.maxConnections()) {
        open.decrementAndGet();
        var unused = channel.close();
      } else {
        var unused = channel.closeFuture().addListener(closed -> open.decrementAndGet());
      }
    }
  }
}

package io.shopstream.streams.state;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;

/** Puts {@link StateReads} into each connection, in front of Micronaut. */
@Singleton
final class StatePipeline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final BeanProvider<StateReader> reader;
  private final BeanProvider<StateGuard> guard;
  private final BeanProvider<MeterRegistry> meters;

  // Providers, because this is made before everything else.
  StatePipeline(
      BeanProvider<StateReader> reader,
      BeanProvider<StateGuard> guard,
      BeanProvider<MeterRegistry> meters) {
    this.reader = reader;
    this.guard = guard;
    this.meters = meters;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    var registry = event.getBean();
    registry.register(new OfServer());
    return registry;
  }

  private final class OfServer implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new OfConnection(channel) : this;
    }
  }

  private final class OfConnection implements NettyServerCustomizer {
    private final Channel channel;

    private OfConnection(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onStreamPipelineBuilt() {
      var timer =
          Timer.builder("shopstream.state.reads")
              .description("Reads of state, from the whole request to the answer.")
              .register(meters.get());
      channel
          .pipeline()
          .addAfter(
              ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
              "state-reads",
              new StateReads(reader.get(), guard.get(), timer));
    }
  }
}

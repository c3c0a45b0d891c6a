package io.shopstream.query.edge;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Makes a request that is no HTTP the last of its connection: it is closed after the answer, or
 * soon where the body is what is broken. Netty reads nothing more from there, so whoever kept it
 * would wait for answers that never come.
 */
@Singleton
@Requires(classes = NettyServerCustomizer.class)
final class LastRequest implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  /** No answer takes longer. A body that broke off midway has none of its own to wait for. */
  private static final Duration ANSWERS_UNDER_WAY = Duration.ofSeconds(1);

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer());
    return event.getBean();
  }

  private static final class Customizer implements NettyServerCustomizer {

    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new OfConnection(channel) : this;
    }
  }

  private record OfConnection(Channel channel) implements NettyServerCustomizer {

    @Override
    public void onStreamPipelineBuilt() {
      channel
          .pipeline()
          .addAfter(
              ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "last-request", new Watch());
    }
  }

  private static final class Watch extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      if (message instanceof HttpRequest request && request.decoderResult().isFailure()) {
        request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
      if (message instanceof HttpContent rest
          && !(message instanceof HttpRequest)
          && rest.decoderResult().isFailure()) {
        closeSoon(context);
      }
      super.channelRead(context, message);
    }

    private static void closeSoon(ChannelHandlerContext context) {
      Runnable close =
          () -> {
            var unused = context.close();
          };
      var unused =
          context.executor().schedule(close, ANSWERS_UNDER_WAY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}

package io.shopstream.query.direct;

import io.micronaut.core.annotation.Nullable;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what {@link DirectRoutes} takes of one connection; whatever else comes goes on to
 * Micronaut as it is.
 *
 * <p>Answers have the order of their requests. While Micronaut owes some, it gets all that comes:
 * it keeps the order itself. While one is under way here, what comes waits, and no more is read.
 */
final class DirectHandler extends ChannelDuplexHandler {

  private static final Logger LOG = LoggerFactory.getLogger(DirectHandler.class);

  private final BiFunction<HttpRequest, SocketAddress, Optional<Exchange>> routes;

  private @Nullable Exchange current;
  private boolean inRest; // what belongs to a request that was taken is still to come
  private int goneOn; // requests that Micronaut has not answered yet
  private boolean closing; // Micronaut has said so
  private boolean last; // after this nothing is answered any more
  private final Deque<Object> waiting = new ArrayDeque<>(0);
  private boolean goingOn;
  private boolean readHeld; // Micronaut wants more than waits already
  private @Nullable ChannelPromise closeHeld; // somebody wants to close as soon as it is answered

  /**
   * Of one connection.
   *
   * @param routes begin what they take of it; the rest is for Micronaut
   */
  DirectHandler(BiFunction<HttpRequest, SocketAddress, Optional<Exchange>> routes) {
    this.routes = routes;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!inRest && (!waiting.isEmpty() || mustWait(context))) {
      waiting.add(message);
    } else {
      handle(context, message);
    }
  }

  /** A client that does not read its answers gets no further ones, here as in Micronaut. */
  private boolean mustWait(ChannelHandlerContext context) {
    return current != null || (goneOn == 0 && !context.channel().isWritable());
  }

  /** Whether it has gone on to Micronaut. */
  private boolean handle(ChannelHandlerContext context, Object message) {
    if (inRest || last) {
      inRest = inRest && !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
      return false;
    }
    if (message instanceof HttpRequest request) {
      if (goneOn == 0 && !closing && isTaken(context, request)) {
        return false;
      }
      goneOn++;
    }
    context.fireChannelRead(message);
    return true;
  }

  private boolean isTaken(ChannelHandlerContext context, HttpRequest request) {
    var exchange = routes.apply(request, context.channel().remoteAddress()).orElse(null);
    if (exchange == null) {
      return false;
    }
    inRest = !(request instanceof LastHttpContent);
    ReferenceCountUtil.release(request);
    current = exchange;
    exchange.whenKnown(
        () -> {
          if (context.executor().inEventLoop()) {
            answer(context, exchange);
          } else {
            context.executor().execute(() -> answer(context, exchange));
          }
        });
    return true;
  }

  private void answer(ChannelHandlerContext context, Exchange exchange) {
    if (current != exchange) { // the client is gone
      exchange.count();
      return;
    }
    current = null;
    exchange.leave();
    try {
      exchange.count();
      var answer = exchange.answer(context.alloc());
      send(context, answer, closeHeld == null && exchange.goesOnAfter(answer));
    } catch (IOException | RuntimeException | Error e) {
      // Whoever waits behind it would wait for ever.
      LOG.error("An answer could not be written", e);
      last = true;
      var unused = context.close();
    }
    goOn(context);
  }

  private void send(ChannelHandlerContext context, FullHttpResponse answer, boolean goesOn) {
    if (goesOn) {
      var unused = context.writeAndFlush(answer, context.voidPromise());
      return;
    }
    last = true;
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var unused = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  /** Takes what waits, as far as nothing is in its way, and reads on when nothing waits. */
  private void goOn(ChannelHandlerContext context) {
    if (goingOn) {
      return; // one that waited was answered at once
    }
    goingOn = true;
    var hasGoneOn = false;
    while (!waiting.isEmpty() && (inRest || !mustWait(context))) {
      hasGoneOn |= handle(context, waiting.poll());
    }
    goingOn = false;
    if (hasGoneOn) {
      context.fireChannelReadComplete(); // Micronaut writes, and asks for more, when it comes
    }
    if (readHeld && waiting.isEmpty()) {
      read(context);
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    readHeld = !waiting.isEmpty();
    if (!readHeld) {
      context.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    goOn(context);
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response && goneOn > 0) {
      closing |= closes(response);
    }
    if (message instanceof LastHttpContent && !isInformational(message)) {
      goneOn--;
    }
    var unused = context.write(message, promise);
  }

  private static boolean closes(HttpResponse response) {
    return response
        .headers()
        .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }

  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  /**
   * Micronaut closes a connection on which it owes nothing when the service stops, or when nothing
   * happens for long; it does not know what is under way here. Who asks twice is in a hurry.
   */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (current != null && closeHeld == null) {
      closeHeld = promise;
    } else {
      var unused = context.close(promise);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    forget(context);
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    forget(context);
  }

  private void forget(ChannelHandlerContext context) {
    if (current != null) {
      current.leave();
      current = null;
    }
    last = true;
    for (var message = waiting.poll(); message != null; message = waiting.poll()) {
      ReferenceCountUtil.release(message);
    }
    if (closeHeld != null) {
      var unused = context.close(closeHeld);
      closeHeld = null;
    }
  }
}

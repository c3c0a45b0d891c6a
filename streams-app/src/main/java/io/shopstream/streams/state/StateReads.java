package io.shopstream.streams.state;

import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.shopstream.events.StateRequest;
import io.shopstream.events.VisitRequest;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.StateStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interactive-query endpoints {@code POST /state/v1/stores/{store}} (rows) and {@code POST
 * /state/v1/visits} (profiles, and the rows that their visits lead to) of this instance over
 * HTTP/1.1, in plain Avro binary. They are for other processes of Shopstream, not for the public.
 *
 * <p>Each recommendation takes such a read, of some ten microseconds; routing, filters and
 * conversions of a web framework took as long again as everything else together. So they are
 * answered in front of it, on the connection's event loop; whatever else comes goes on to it. One
 * request at a time on each connection, as the client in query-service asks.
 */
final class StateReads extends ChannelDuplexHandler {

  private static final Logger LOG = LoggerFactory.getLogger(StateReads.class);

  private static final String PATH = "/state/v1/stores/";
  private static final String VISITS = "/state/v1/visits";
  private static final int MOST_KEYS = 1_000;
  private static final int MOST_SHOPPERS = 100;

  /** 1,000 keys of 65 bytes and what frames them are far less. */
  private static final int LONGEST_BODY = 256 * 1024;

  /** Room for a row in a new buffer; most are shorter, and it grows for those that are not. */
  private static final int USUAL_ROW_BYTES = 2048;

  private static final int USUAL_VISIT_BYTES = 8 * 1024;

  private static final Map<String, StateStore> STORES =
      Arrays.stream(StateStore.values())
          .collect(Collectors.toUnmodifiableMap(StateStore::storeName, Function.identity()));

  private final StateReader reader;
  private final StateGuard guard;
  private final Timer timer;

  private HttpRequest current; // null: what comes is not for us
  private ByteBuf body = Unpooled.EMPTY_BUFFER;
  private boolean tooLong;
  private int goneOn; // requests that somebody else has not answered yet

  StateReads(StateReader reader, StateGuard guard, Timer timer) {
    this.reader = reader;
    this.guard = guard;
    this.timer = timer;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      if (isForUs(request)) {
        begin(context, request);
      } else {
        goneOn++;
      }
    }
    if (current == null) {
      context.fireChannelRead(message);
      return;
    }
    try {
      if (message instanceof HttpContent content) {
        add(content.content());
      }
      if (message instanceof LastHttpContent) {
        answer(context);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static boolean isForUs(HttpRequest request) {
    return request.decoderResult().isSuccess()
        && request.method().equals(HttpMethod.POST)
        && (request.uri().startsWith(PATH) || request.uri().equals(VISITS));
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    current = request;
    if (HttpUtil.is100ContinueExpected(request)) {
      var unused =
          context.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER),
              context.voidPromise());
    }
  }

  private void add(ByteBuf part) {
    tooLong |= body.readableBytes() + part.readableBytes() > LONGEST_BODY;
    if (tooLong || !part.isReadable()) {
      return;
    }
    // Nearly always it comes in one piece.
    body = body.isReadable() ? Unpooled.wrappedBuffer(body, part.retain()) : part.retain();
  }

  private void answer(ChannelHandlerContext context) {
    var begin = System.nanoTime();
    var request = current;
    var bytes = ByteBufUtil.getBytes(body);
    var wasTooLong = tooLong;
    reset();
    if (goneOn > 0) {
      // Whose answer comes first would be left to chance.
      var unused = context.close();
      return;
    }
    var response = wasTooLong ? tooLong() : response(context, request, bytes);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    if (HttpUtil.isKeepAlive(request)) {
      HttpUtil.setKeepAlive(response, true);
      var unused = context.writeAndFlush(response, context.voidPromise());
    } else {
      HttpUtil.setKeepAlive(response, false);
      var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
    timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
  }

  private void reset() {
    current = null;
    tooLong = false;
    ReferenceCountUtil.release(body);
    body = Unpooled.EMPTY_BUFFER;
  }

  private FullHttpResponse response(
      ChannelHandlerContext context, HttpRequest request, byte[] bytes) {
    if (!guard.admits(request.headers().get(HttpHeaderNames.AUTHORIZATION))) {
      var refusal = text(HttpResponseStatus.UNAUTHORIZED, StateGuard.REFUSAL);
      refusal.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, StateGuard.CHALLENGE);
      return refusal;
    }
    try {
      return request.uri().equals(VISITS)
          ? visits(context, AvroBinary.decode(bytes, VisitRequest.class))
          : rows(context, request.uri().substring(PATH.length()), bytes);
    } catch (StateReader.NotHeldHereException e) {
      return text(HttpResponseStatus.MISDIRECTED_REQUEST, e.getMessage());
    } catch (StateReader.NotReadyException e) {
      return text(HttpResponseStatus.SERVICE_UNAVAILABLE, e.getMessage());
    } catch (IllegalArgumentException e) {
      return text(HttpResponseStatus.BAD_REQUEST, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Reading from {} failed", request.uri(), e);
      return text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Reading failed, see the log");
    }
  }

  private FullHttpResponse rows(ChannelHandlerContext context, String name, byte[] bytes) {
    var store = STORES.get(name);
    if (store == null) {
      return text(HttpResponseStatus.NOT_FOUND, "No store is called that");
    }
    var read = AvroBinary.decode(bytes, StateRequest.class);
    var keys = read.getKeys().size();
    if (keys > MOST_KEYS) {
      return text(HttpResponseStatus.BAD_REQUEST, "At most " + MOST_KEYS + " keys at once");
    }
    return filled(context, USUAL_ROW_BYTES * (1 + keys), rows -> reader.read(store, read, rows));
  }

  private FullHttpResponse visits(ChannelHandlerContext context, VisitRequest read) {
    var shoppers = read.getShoppers().size();
    if (shoppers > MOST_SHOPPERS) {
      return text(HttpResponseStatus.BAD_REQUEST, "At most " + MOST_SHOPPERS + " shoppers at once");
    }
    return filled(
        context, USUAL_VISIT_BYTES * (1 + shoppers), visits -> reader.readVisits(read, visits));
  }

  private static FullHttpResponse filled(
      ChannelHandlerContext context, int usualBytes, Consumer<ByteBuf> reading) {
    var body = context.alloc().ioBuffer(usualBytes);
    try {
      reading.accept(body);
      return answer(HttpResponseStatus.OK, StateController.AVRO, body);
    } catch (RuntimeException | Error e) {
      body.release();
      throw e;
    }
  }

  private static FullHttpResponse tooLong() {
    return text(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        "A request has " + LONGEST_BODY + " bytes at most");
  }

  private static FullHttpResponse text(HttpResponseStatus status, String message) {
    return answer(
        status, "text/plain", Unpooled.wrappedBuffer(message.getBytes(StandardCharsets.UTF_8)));
  }

  private static FullHttpResponse answer(HttpResponseStatus status, String type, ByteBuf body) {
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    return response;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    var isContinue =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (message instanceof LastHttpContent && !isContinue) {
      goneOn--;
    }
    var unused = context.write(message, promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    reset();
    context.fireChannelInactive();
  }
}

package io.shopstream.query.state;

import io.micronaut.core.annotation.Nullable;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.shopstream.events.state.StateSecret;
import io.shopstream.query.config.StateConfiguration;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Kept-alive HTTP connections of one event loop to the instances of streams-app, one request at a
 * time on each. Everything in it happens on that loop, so there are no locks; a query served on the
 * loop reads state without changing threads.
 */
final class StateConnections {

  /** Largest answer, in bytes: 1,000 rows of a store are far smaller. */
  private static final int LARGEST_ANSWER = 32 * 1024 * 1024;

  private static final String AVRO = "application/avro";
  private static final int LONGEST_REASON = 200;

  /**
   * Makes what was asked for of an answer, on the loop.
   *
   * @param <T> what was asked for
   */
  @FunctionalInterface
  interface Reading<T> {
    /**
     * Reads an answer.
     *
     * @param body is gone afterwards
     */
    T read(int status, ByteBuf body);
  }

  /** Status and body of an answer. */
  static final class Answer {
    private final int status;
    private final byte[] body;

    private Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    int status() {
      return status;
    }

    byte[] body() {
      return body;
    }
  }

  /** What a refusal says, in short. */
  static String reason(ByteBuf body) {
    return body.toString(
        body.readerIndex(), Math.min(body.readableBytes(), LONGEST_REASON), StandardCharsets.UTF_8);
  }

  /** One request and who waits for its answer. */
  private static final class Exchange<T> {
    private final HttpMethod method;
    private final String path;
    private final byte[] body;
    private final Reading<T> reading;
    private final long timeoutNanos;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private ScheduledFuture<?> timeout;
    private Connection connection;
    private boolean retried;

    private Exchange(
        HttpMethod method, String path, byte[] body, Reading<T> reading, long timeoutNanos) {
      this.method = method;
      this.path = path;
      this.body = body;
      this.reading = reading;
      this.timeoutNanos = timeoutNanos;
    }

    /** Reads the answer now, and hands it on later. */
    private Runnable read(FullHttpResponse response) {
      try {
        var read = reading.read(response.status().code(), response.content());
        return () -> answer.complete(read);
      } catch (RuntimeException e) {
        return () -> answer.completeExceptionally(e);
      }
    }
  }

  /** Connections to one instance. */
  private static final class Pool {
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Queue<Exchange<?>> waiting = new ArrayDeque<>();
    private int open;
  }

  private final EventLoop loop;
  private final StateConfiguration config;
  @Nullable private final String authorization;
  private final Map<Instance, Pool> pools = new HashMap<>();

  StateConnections(EventLoop loop, StateConfiguration config, Optional<StateSecret> secret) {
    this.loop = loop;
    this.config = config;
    this.authorization = secret.map(StateSecret::header).orElse(null);
  }

  CompletableFuture<Answer> get(Instance instance, String path) {
    return send(
        instance,
        new Exchange<>(
            HttpMethod.GET,
            path,
            new byte[0],
            (status, body) -> new Answer(status, ByteBufUtil.getBytes(body)),
            config.readTimeout().toNanos()));
  }

  /**
   * Sends a request with a body.
   *
   * @param reading takes the answer
   * @param leftNanos who asks waits no longer than this, in nanoseconds
   */
  <T> CompletableFuture<T> post(
      Instance instance, String path, byte[] body, Reading<T> reading, long leftNanos) {
    var timeoutNanos = Math.max(1, Math.min(leftNanos, config.readTimeout().toNanos()));
    return send(instance, new Exchange<>(HttpMethod.POST, path, body, reading, timeoutNanos));
  }

  private <T> CompletableFuture<T> send(Instance instance, Exchange<T> exchange) {
    if (loop.inEventLoop()) {
      start(instance, exchange);
    } else {
      loop.execute(() -> start(instance, exchange));
    }
    return exchange.answer;
  }

  private void start(Instance instance, Exchange<?> exchange) {
    var pool = pools.computeIfAbsent(instance, unused -> new Pool());
    exchange.timeout =
        loop.schedule(
            () -> timedOut(instance, exchange), exchange.timeoutNanos, TimeUnit.NANOSECONDS);
    dispatch(instance, pool, exchange);
  }

  private void dispatch(Instance instance, Pool pool, Exchange<?> exchange) {
    var connection = pool.idle.pollLast(); // the one used last: the others may time out
    if (connection != null) {
      connection.send(exchange);
    } else if (pool.open < config.maxConnections()) {
      open(instance, pool, exchange);
    } else if (pool.waiting.size() < config.maxWaiting()) {
      pool.waiting.add(exchange);
    } else {
      fail(exchange, new IOException("too many reads wait for " + instance));
    }
  }

  private void open(Instance instance, Pool pool, Exchange<?> exchange) {
    pool.open++;
    var connection = new Connection(instance, pool);
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(),
                        new HttpObjectAggregator(LARGEST_ANSWER),
                        connection);
              }
            })
        .connect(instance.host(), instance.port())
        .addListener(
            connected -> {
              if (connected.isSuccess()) {
                connection.send(exchange);
              } else {
                pool.open--;
                fail(exchange, connected.cause());
                // Whoever waits for a connection would wait for nothing.
                if (pool.open == 0) {
                  for (var next = pool.waiting.poll(); next != null; next = pool.waiting.poll()) {
                    fail(next, connected.cause());
                  }
                }
              }
            });
  }

  private void timedOut(Instance instance, Exchange<?> exchange) {
    if (exchange.connection != null) {
      exchange.connection.abandon(); // the late answer must not be taken for another's
    }
    exchange.answer.completeExceptionally(
        new TimeoutException(
            "no answer from " + instance + " within " + exchange.timeoutNanos / 1_000_000 + " ms"));
  }

  private static void fail(Exchange<?> exchange, Throwable cause) {
    exchange.timeout.cancel(false);
    exchange.answer.completeExceptionally(cause);
  }

  private static void close(Channel channel) {
    var unused = channel.close();
  }

  /** One connection, idle or with one exchange. */
  private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final Instance instance;
    private final Pool pool;
    private Channel channel;
    private Exchange<?> current;
    private boolean used;

    private Connection(Instance instance, Pool pool) {
      this.instance = instance;
      this.pool = pool;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      channel = context.channel();
    }

    private void send(Exchange<?> exchange) {
      if (exchange.answer.isDone()) { // its time ran out before the connection stood
        release();
        return;
      }
      current = exchange;
      exchange.connection = this;
      var unused = channel.writeAndFlush(request(exchange), channel.voidPromise());
    }

    private void abandon() {
      current = null;
      close(channel);
    }

    private FullHttpRequest request(Exchange<?> exchange) {
      ByteBuf body = Unpooled.wrappedBuffer(exchange.body);
      var request =
          new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, exchange.method, exchange.path, body);
      request
          .headers()
          .set(HttpHeaderNames.HOST, instance.toString())
          .set(HttpHeaderNames.ACCEPT, AVRO)
          .set(HttpHeaderNames.CONTENT_LENGTH, exchange.body.length);
      if (authorization != null) {
        request.headers().set(HttpHeaderNames.AUTHORIZATION, authorization);
      }
      if (exchange.body.length > 0) {
        request.headers().set(HttpHeaderNames.CONTENT_TYPE, AVRO);
      }
      return request;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      var exchange = current;
      current = null;
      used = true;
      if (exchange == null) {
        close(context.channel()); // nobody asked: the two sides are out of step
        return;
      }
      exchange.connection = null;
      exchange.timeout.cancel(false);
      var handOn = exchange.read(response);
      // The connection goes back first: who gets the answer may well ask again at once.
      if (HttpUtil.isKeepAlive(response)) {
        release();
      } else {
        close(context.channel());
      }
      handOn.run();
    }

    private void release() {
      for (var next = pool.waiting.poll(); next != null; next = pool.waiting.poll()) {
        if (!next.answer.isDone()) {
          send(next);
          return;
        }
      }
      if (channel.isActive()) {
        pool.idle.addLast(this);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      pool.open--;
      pool.idle.remove(this);
      var exchange = current;
      current = null;
      if (exchange != null && !exchange.answer.isDone()) {
        if (used && !exchange.retried) {
          // Closed by the other side while it was idle: reads may be asked again.
          exchange.retried = true;
          exchange.connection = null;
          dispatch(instance, pool, exchange);
        } else {
          fail(exchange, new ConnectException("connection closed by " + instance));
        }
      }
      var next = pool.waiting.poll();
      if (next != null) {
        dispatch(instance, pool, next);
      } else if (pool.open == 0) {
        pools.remove(instance, pool); // it may never come back under this address
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var exchange = current;
      current = null;
      if (exchange != null) {
        fail(exchange, cause);
      }
      close(context.channel());
    }
  }
}

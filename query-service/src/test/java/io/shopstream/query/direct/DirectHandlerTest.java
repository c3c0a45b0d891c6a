package io.shopstream.query.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Addresses /ours/… are taken, of which those with /at-once are known at once. */
class DirectHandlerTest {

  private static final class Asked implements Exchange {
    private final String uri;
    private Runnable task;
    private int counted;
    private int left;

    private Asked(String uri) {
      this.uri = uri;
    }

    @Override
    public void whenKnown(Runnable then) {
      task = then;
      if (uri.endsWith("/at-once")) {
        then.run();
      }
    }

    @Override
    public void count() {
      counted++;
    }

    @Override
    public void leave() {
      left++;
    }

    @Override
    public FullHttpResponse answer(ByteBufAllocator buffers) {
      if (uri.endsWith("/broken")) {
        throw new StackOverflowError();
      }
      return response(uri);
    }

    @Override
    public boolean goesOnAfter(FullHttpResponse answer) {
      return !uri.endsWith("/last");
    }
  }

  /** Counts what is read from the connection. */
  private static final class Reads extends ChannelDuplexHandler {
    private int reads;

    @Override
    public void read(ChannelHandlerContext context) {
      reads++;
      context.read();
    }
  }

  private final Deque<Asked> asked = new ArrayDeque<>();
  private final Deque<String> atMicronaut = new ArrayDeque<>();
  private final Reads reads = new Reads();
  private ChannelHandlerContext micronaut;

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          reads,
          new DirectHandler((request, from) -> taken(request)),
          new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext context) {
              micronaut = context;
              context.channel().config().setAutoRead(false);
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
              if (message instanceof HttpRequest request) {
                atMicronaut.add(request.uri());
              }
            }
          });

  private Optional<Exchange> taken(HttpRequest request) {
    if (!request.uri().startsWith("/ours")) {
      return Optional.empty();
    }
    var exchange = new Asked(request.uri());
    asked.add(exchange);
    return Optional.of(exchange);
  }

  private static FullHttpResponse response(String uri) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.OK,
        Unpooled.copiedBuffer(uri, StandardCharsets.UTF_8));
  }

  private void ask(String uri) {
    channel.writeInbound(
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri),
        LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void micronautAnswers() {
    var unused = micronaut.writeAndFlush(response(atMicronaut.remove()));
  }

  private List<String> answers() {
    var answers = new ArrayList<String>();
    for (FullHttpResponse answer = channel.readOutbound();
        answer != null;
        answer = channel.readOutbound()) {
      answers.add(answer.content().toString(StandardCharsets.UTF_8));
      answer.release();
    }
    return answers;
  }

  @AfterEach
  void close() {
    assertThat(channel.finish()).isFalse();
    assertThat(asked).allMatch(exchange -> exchange.left == 1);
  }

  @Test
  void shouldAnswerInTheOrderOfTheRequests() {
    ask("/ours/1");
    ask("/2");
    ask("/ours/3");
    assertThat(answers()).isEmpty();
    assertThat(atMicronaut).isEmpty();

    asked.peek().task.run();

    assertThat(answers()).containsExactly("/ours/1");
    assertThat(atMicronaut).containsExactly("/2", "/ours/3");
    micronautAnswers();
    micronautAnswers();
    ask("/ours/4/at-once");
    assertThat(answers()).containsExactly("/2", "/ours/3", "/ours/4/at-once");
    assertThat(asked).allMatch(exchange -> exchange.counted == 1);
  }

  @Test
  void shouldTakeManyThatWaitWithoutGoingDeeper() {
    ask("/ours/0");
    for (var i = 1; i < 20_000; i++) {
      ask("/ours/%d/at-once".formatted(i));
    }

    asked.peek().task.run();

    assertThat(answers()).hasSize(20_000);
  }

  @Test
  void shouldReadNoMoreWhileARequestWaits() {
    ask("/ours/1");
    var before = reads.reads;
    micronaut.read();
    assertThat(reads.reads).as("to see that the client is gone").isEqualTo(before + 1);
    ask("/ours/2/at-once");
    micronaut.read();
    assertThat(reads.reads).isEqualTo(before + 1);

    asked.peek().task.run();

    assertThat(reads.reads).isEqualTo(before + 2);
    assertThat(answers()).hasSize(2);
  }

  @Test
  void shouldForgetAllOfAClientThatIsGone() {
    ask("/ours/1");
    var body = Unpooled.wrappedBuffer(new byte[1]);
    channel.writeInbound(
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/2", body));

    var unused = channel.pipeline().firstContext().close();
    channel.runPendingTasks();

    assertThat(asked.peek().left).isEqualTo(1);
    asked.peek().task.run();
    assertThat(asked.peek().counted).isEqualTo(1);
    assertThat(body.refCnt()).isZero();
    assertThat(answers()).isEmpty();
  }

  @Test
  void shouldAnswerBeforeMicronautClosesAConnectionThatItHasNothingToDoWith() {
    ask("/ours/1");

    var unused = micronaut.close();

    assertThat(channel.isOpen()).isTrue();
    asked.peek().task.run();
    FullHttpResponse answer = channel.readOutbound();
    assertThat(answer.headers().get("Connection")).isEqualTo("close");
    answer.release();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void shouldCloseAfterAnAnswerThatIsTheLast() {
    ask("/ours/1/last");
    ask("/ours/2/at-once");

    asked.peek().task.run();

    assertThat(answers()).containsExactly("/ours/1/last");
    assertThat(channel.isOpen()).isFalse();
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldWaitForAClientThatDoesNotReadItsAnswers() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(4, 8));
    ByteBuf unsent = Unpooled.wrappedBuffer(new byte[64]);
    var unused = channel.pipeline().firstContext().write(unsent);
    assertThat(channel.isWritable()).isFalse();
    ask("/ours/1/at-once");
    assertThat(asked).isEmpty();

    channel.flush();
    channel.runPendingTasks();
    ByteBuf sent = channel.readOutbound();
    sent.release();

    assertThat(answers()).containsExactly("/ours/1/at-once");
  }

  /** A place that is not left would be lost, and who waits would wait for ever. */
  @Test
  void shouldCloseWhenAnAnswerCannotBeWritten() {
    ask("/ours/1/broken");
    ask("/ours/2/at-once");

    asked.peek().task.run();

    assertThat(answers()).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldTakeNothingAfterMicronautsLastAnswer() {
    ask("/1");
    var last = response(atMicronaut.remove());
    last.headers().set("Connection", "close");
    var unused = micronaut.writeAndFlush(last);

    ask("/ours/2/at-once");

    assertThat(answers()).containsExactly("/1");
    assertThat(asked).isEmpty();
    assertThat(atMicronaut).containsExactly("/ours/2/at-once");
  }
}

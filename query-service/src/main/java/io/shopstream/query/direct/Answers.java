package io.shopstream.query.direct;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.netty.HttpCompressionStrategy;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.micronaut.json.JsonMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.shopstream.query.edge.RequestIds;
import io.shopstream.query.problem.Problem;
import io.shopstream.query.problem.ProblemException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes answers as Micronaut does: the same headers, the same JSON, packed from the same size. */
@Singleton
final class Answers {

  private static final AsciiString REQUEST_ID = AsciiString.cached(RequestIds.HEADER);
  private static final AsciiString JSON = AsciiString.cached(MediaType.APPLICATION_JSON);

  /** Room for an answer in a new buffer; most are shorter, and it grows for those that are not. */
  private static final int USUAL_BYTES = 4096;

  /** What the headers hold is made here, or was checked. */
  private static final HttpHeadersFactory HEADERS =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private record Second(long epochSecond, String date) {
    private static Second of(long epochSecond) {
      return new Second(
          epochSecond,
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              Instant.ofEpochSecond(epochSecond).atOffset(ZoneOffset.UTC)));
    }
  }

  private final JsonMapper json;
  private final JsonMapper problems;
  private final HttpCompressionStrategy compression;
  private final NettyHttpServerConfiguration server;
  private final Gzip gzip;
  private volatile Second now = Second.of(0);

  Answers(
      JsonMapper json, HttpCompressionStrategy compression, NettyHttpServerConfiguration server) {
    this.json = json;
    this.problems = json.createSpecific(Argument.of(Problem.class));
    this.compression = compression;
    this.server = server;
    this.gzip = new Gzip(compression.getCompressionLevel());
  }

  /** What writes answers of a type. */
  JsonMapper mapper(Argument<?> type) {
    return json.createSpecific(type);
  }

  <T> FullHttpResponse ok(
      ByteBufAllocator buffers,
      JsonMapper mapper,
      Argument<T> type,
      T answer,
      String requestId,
      boolean gzipped)
      throws IOException {
    return response(
        buffers,
        HttpResponseStatus.OK,
        JSON,
        body(buffers, mapper, type, answer),
        requestId,
        gzipped);
  }

  /**
   * A problem.
   *
   * @param exception what it came with; null when nobody foresaw it
   */
  FullHttpResponse problem(
      ByteBufAllocator buffers,
      @Nullable ProblemException exception,
      String requestId,
      boolean gzipped)
      throws IOException {
    var problem = exception == null ? Problem.unexpected() : exception.problem();
    var response =
        response(
            buffers,
            HttpResponseStatus.valueOf(problem.status()),
            Problem.MEDIA_TYPE,
            body(buffers, problems, Argument.of(Problem.class), problem.of(requestId)),
            requestId,
            gzipped);
    if (exception != null) {
      exception
          .retryAfterSeconds()
          .ifPresent(seconds -> response.headers().set(HttpHeaders.RETRY_AFTER, seconds));
      exception
          .challenge()
          .ifPresent(challenge -> response.headers().set(HttpHeaders.WWW_AUTHENTICATE, challenge));
    }
    return response;
  }

  /** Whether a connection goes on after an answer of this status. */
  boolean mayGoOnAfter(HttpResponseStatus status) {
    return status.code() < HttpResponseStatus.INTERNAL_SERVER_ERROR.code()
        || server.isKeepAliveOnServerError();
  }

  private static <T> ByteBuf body(
      ByteBufAllocator buffers, JsonMapper mapper, Argument<T> type, T content) throws IOException {
    var body = buffers.ioBuffer(USUAL_BYTES);
    try (var out = new ByteBufOutputStream(body)) {
      mapper.writeValue(out, type, content);
      return body.retain();
    } finally {
      body.release();
    }
  }

  private FullHttpResponse response(
      ByteBufAllocator buffers,
      HttpResponseStatus status,
      CharSequence type,
      ByteBuf plain,
      String requestId,
      boolean gzipped) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, plain, HEADERS, HEADERS);
    var headers = response.headers();
    if (server.isDateHeader()) {
      headers.set(HttpHeaderNames.DATE, date());
    }
    server.getServerHeader().ifPresent(name -> headers.set(HttpHeaderNames.SERVER, name));
    headers.set(REQUEST_ID, requestId);
    headers.set(HttpHeaderNames.CONTENT_TYPE, type);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, plain.readableBytes());
    if (gzipped && compression.isEnabled() && compression.shouldCompress(response)) {
      var packed = response.replace(gzip.pack(buffers, plain));
      packed.headers().set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
      packed.headers().set(HttpHeaderNames.CONTENT_LENGTH, packed.content().readableBytes());
      return packed;
    }
    return response;
  }

  private String date() {
    var second = System.currentTimeMillis() / 1000;
    var last = now;
    if (last.epochSecond() != second) {
      last = Second.of(second);
      now = last;
    }
    return last.date();
  }
}

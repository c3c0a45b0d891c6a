package io.shopstream.query.direct;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Tells requests that ask in the plain way: to read, JSON, without a body or anything to agree on.
 */
final class Plain {

  /** Whoever sends one of these wants something of HTTP that Micronaut knows about. */
  private static final List<AsciiString> UNUSUAL =
      List.of(
          HttpHeaderNames.TRANSFER_ENCODING,
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderNames.EXPECT,
          HttpHeaderNames.UPGRADE,
          HttpHeaderNames.ORIGIN);

  private Plain() {}

  static boolean isPlain(HttpRequest request) {
    var headers = request.headers();
    return request.method().equals(HttpMethod.GET)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && request.decoderResult().isSuccess()
        && hasNoBody(headers)
        && isUsual(headers)
        && takesJson(headers)
        && (takesNoEncoding(headers) || takesGzip(headers));
  }

  private static boolean hasNoBody(HttpHeaders headers) {
    var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null || length.equals("0");
  }

  private static boolean isUsual(HttpHeaders headers) {
    for (var i = 0; i < UNUSUAL.size(); i++) {
      if (headers.contains(UNUSUAL.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean takesJson(HttpHeaders headers) {
    var accept = headers.get(HttpHeaderNames.ACCEPT);
    if (accept == null || accept.equals("*/*") || accept.equals("application/json")) {
      return true;
    }
    for (var begin = 0; begin < accept.length(); ) {
      var comma = accept.indexOf(',', begin);
      var end = comma < 0 ? accept.length() : comma;
      var type = accept.substring(begin, end).strip();
      if (type.equals("*/*") || type.equals("application/json")) {
        return true;
      }
      begin = end + 1;
    }
    return false;
  }

  private static boolean takesNoEncoding(HttpHeaders headers) {
    var encodings = headers.get(HttpHeaderNames.ACCEPT_ENCODING);
    return encodings == null || (encodings.equals("identity") && isOnlyOne(headers));
  }

  /**
   * Whether gzip will do. Browsers take others too, of which Micronaut would choose zstd; what is
   * weighed against another is for it.
   */
  static boolean takesGzip(HttpHeaders headers) {
    var encodings = headers.get(HttpHeaderNames.ACCEPT_ENCODING);
    return encodings != null
        && encodings.contains("gzip")
        && encodings.indexOf('=') < 0
        && encodings.indexOf(';') < 0
        && encodings.indexOf('*') < 0
        && isOnlyOne(headers);
  }

  private static boolean isOnlyOne(HttpHeaders headers) {
    var values = headers.valueCharSequenceIterator(HttpHeaderNames.ACCEPT_ENCODING);
    values.next();
    return !values.hasNext();
  }
}

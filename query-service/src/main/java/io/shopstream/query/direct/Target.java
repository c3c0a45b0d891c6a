package io.shopstream.query.direct;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an address says, read as Micronaut reads it.
 *
 * @param variable that of the template
 * @param parameters of the query
 */
record Target(String variable, Map<String, List<String>> parameters) {

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~";

  /** A variable with others is for Micronaut, which reads some of them as the end of a segment. */
  private static final BitSet IN_VARIABLE = characters(UNRESERVED + ".:@'");

  /** Those of RFC 3986 but ;, which may separate parameters or not. */
  private static final BitSet IN_QUERY = characters(UNRESERVED + ".:@'!$&()*+,=/?");

  /**
   * Reads an address.
   *
   * @param before what stands in front of the variable
   * @param after what stands behind it
   * @return empty when it is another one, or not written plainly
   */
  static Optional<Target> of(String before, String after, String uri) {
    if (!uri.startsWith(before)) {
      return Optional.empty();
    }
    var end = uri.indexOf('/', before.length());
    if (end <= before.length() || !uri.startsWith(after, end)) {
      return Optional.empty();
    }
    var question = end + after.length();
    var hasQuery = question < uri.length();
    // The segments . and .. are no names to some who read addresses.
    if ((hasQuery && uri.charAt(question) != '?')
        || uri.charAt(before.length()) == '.'
        || !isPlain(uri, before.length(), end, IN_VARIABLE)
        || !isPlain(uri, question + 1, uri.length(), IN_QUERY)) {
      return Optional.empty();
    }
    var segment = uri.substring(before.length(), end);
    return Optional.of(
        new Target(
            segment.indexOf('%') < 0 ? segment : URLDecoder.decode(segment, StandardCharsets.UTF_8),
            hasQuery ? new QueryStringDecoder(uri).parameters() : Map.of()));
  }

  private static boolean isPlain(String uri, int begin, int end, BitSet allowed) {
    for (var i = begin; i < end; i++) {
      var c = uri.charAt(i);
      if (c == '%') {
        if (i + 2 >= end || !isHex(uri.charAt(i + 1)) || !isHex(uri.charAt(i + 2))) {
          return false;
        }
        i += 2;
      } else if (!allowed.get(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHex(char c) {
    return Character.digit(c, 16) >= 0 && c < 0x80;
  }

  private static BitSet characters(String all) {
    var set = new BitSet();
    all.chars().forEach(set::set);
    return set;
  }
}

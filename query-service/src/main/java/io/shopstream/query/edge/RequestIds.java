package io.shopstream.query.edge;

import io.micronaut.core.annotation.Nullable;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The names of requests: those that clients send if they are ones, else new ones. */
public final class RequestIds {

  /** Header of requests and answers. */
  public static final String HEADER = "X-Request-Id";

  /** Key in the context of log lines. */
  public static final String LOGGED = "request_id";

  private static final int LONGEST = 64;

  private RequestIds() {}

  /**
   * The name of a request.
   *
   * @param given what the client sent; null when it sent nothing
   */
  public static String of(@Nullable String given) {
    return given != null && isOne(given)
        ? given
        : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  private static boolean isOne(String given) {
    if (given.isEmpty() || given.length() > LONGEST) {
      return false;
    }
    for (var i = 0; i < given.length(); i++) {
      var c = given.charAt(i);
      var isLetterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isLetterOrDigit && "._:-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}

package io.shopstream.query.collector;

import io.shopstream.query.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks bodies, on the collector's threads: few at a time, each to the length that a body may
 * have and no further, whatever is packed into it.
 */
final class Gzip {

  private static final int BUFFER = 8_192;

  private Gzip() {}

  /**
   * The body without its wrapping; one that is not packed comes back as it is (no JSON begins like
   * gzip).
   *
   * @param longest bytes that may come out
   * @throws ProblemException 413 when more would come out, 400 when it is damaged
   */
  static byte[] unpacked(byte[] body, int longest) {
    if (body.length < 2 || (body[0] & 0xff) != 0x1f || (body[1] & 0xff) != 0x8b) {
      return body;
    }
    try (var in = new GZIPInputStream(new ByteArrayInputStream(body), BUFFER)) {
      var unpacked = in.readNBytes(longest);
      if (in.read() >= 0) {
        throw ProblemException.tooLarge(
            "The body is longer than the service takes when it is unpacked; send fewer events at once.");
      }
      return unpacked;
    } catch (IOException e) {
      throw ProblemException.malformed("The body is no gzip, or damaged: " + e.getMessage());
    }
  }
}

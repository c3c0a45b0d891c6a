package io.shopstream.query.json;

import io.shopstream.query.problem.ProblemException;
import java.util.Optional;

/** What an id may be, wherever it stands: any string of 1 to 64 bytes of UTF-8. */
public final class Ids {

  private static final int MOST_BYTES = 64;

  private Ids() {}

  /**
   * Passes an id on.
   *
   * @throws ProblemException 400 when it is none
   */
  public static String checked(String name, String id) {
    var fault = fault(id);
    if (fault.isPresent()) {
      throw ProblemException.invalid(name, fault.get());
    }
    return id;
  }

  /** What is wrong with an id; empty when it is one. */
  public static Optional<String> fault(String id) {
    if (id.isEmpty()) {
      return Optional.of("must not be empty: an id is a string of 1 to 64 bytes of UTF-8");
    }
    var bytes = 0;
    for (var i = 0; i < id.length(); i++) {
      var c = id.charAt(i);
      if (Character.isISOControl(c)) {
        return Optional.of("must not hold control characters");
      }
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (i + 1 < id.length() && Character.isSurrogatePair(c, id.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        return Optional.of("is not valid Unicode: half of a surrogate pair");
      }
    }
    return bytes > MOST_BYTES
        ? Optional.of("is too long: an id is a string of 1 to 64 bytes of UTF-8")
        : Optional.empty();
  }
}

package io.shopstream.query.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys of one file. A line is {@code name roles sha256 [requests-per-second]}, roles with
 * commas between; {@code #} starts a comment.
 */
record ApiKeys(List<ApiKey> all) {

  private static final int FEWEST_WORDS = 3;
  private static final int MOST_WORDS = 4;

  /** The key that was presented; empty when it is none of these. */
  Optional<ApiKey> find(String presented) {
    var hash = Sha256.of(presented);
    ApiKey found = null;
    // All are compared, whichever it is.
    for (var key : all) {
      if (key.sha256().matches(hash)) {
        found = key;
      }
    }
    return Optional.ofNullable(found);
  }

  /**
   * Reads the lines of a file.
   *
   * @param file its name, for messages
   * @throws IllegalArgumentException when a line is no key, a name comes twice or there is none;
   *     names file and line and repeats nothing of a key
   */
  static ApiKeys parse(String file, List<String> lines) {
    var keys = new ArrayList<ApiKey>();
    var names = new HashSet<String>();
    for (var i = 0; i < lines.size(); i++) {
      var text = lines.get(i).replaceFirst("#.*", "").strip();
      if (!text.isEmpty()) {
        var key = parse(file + ":" + (i + 1) + ": ", text.split("\\s+"));
        if (!names.add(key.name())) {
          throw new IllegalArgumentException(
              "%s:%d: there is a key with the name %s already".formatted(file, i + 1, key.name()));
        }
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(file + ": there is no key in it");
    }
    return new ApiKeys(List.copyOf(keys));
  }

  private static ApiKey parse(String where, String[] words) {
    if (words.length < FEWEST_WORDS || words.length > MOST_WORDS) {
      throw new IllegalArgumentException(
          where + "must be: name, roles, SHA-256 of the key, and maybe requests per second");
    }
    if (!words[0].matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          where + "the name must be 1 to 64 letters, digits, dots, hyphens or underscores");
    }
    var hash =
        Sha256.parse(words[2])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        where + "the third word must be the SHA-256 of the key: 64 hex digits"));
    var rate =
        words.length == MOST_WORDS
            ? OptionalDouble.of(rate(where, words[3]))
            : OptionalDouble.empty();
    return new ApiKey(words[0], roles(where, words[1]), hash, rate);
  }

  private static Set<Role> roles(String where, String text) {
    var roles = EnumSet.noneOf(Role.class);
    for (var word : text.split(",", -1)) {
      try {
        roles.add(Role.valueOf(word.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%sthere is no role %s; roles are %s"
                .formatted(
                    where,
                    word,
                    Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "))),
            e);
      }
    }
    return Set.copyOf(roles);
  }

  private static double rate(String where, String text) {
    try {
      var rate = Double.parseDouble(text);
      if (rate > 0 && rate <= RateLimits.HIGHEST) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        where
            + "requests per second must be a number above 0, at most "
            + (long) RateLimits.HIGHEST);
  }
}

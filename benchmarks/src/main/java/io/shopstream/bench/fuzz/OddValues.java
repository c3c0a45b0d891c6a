package io.shopstream.bench.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Values at and beyond the edges of what programs expect. */
final class OddValues {

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\ud800",
          "\uffff",
          "\u202etxt",
          "😀".repeat(17),
          "x".repeat(64),
          "x".repeat(65),
          "x".repeat(5_000),
          "../../etc/passwd",
          "%00",
          "${jndi:ldap://x}",
          "'; DROP TABLE items; --",
          "<script>alert(1)</script>",
          "null",
          "NaN",
          "-1",
          "1e999",
          "0x7f",
          "2026-02-30T25:61:61Z",
          "2026-11-22T12:00:00+99:99",
          "-292275055-05-16T16:47:04.192Z");

  private static final List<Long> NUMBERS =
      List.of(
          0L,
          -1L,
          1L,
          63L,
          65L,
          10_001L,
          (long) Integer.MAX_VALUE,
          (long) Integer.MIN_VALUE,
          Integer.MAX_VALUE + 1L,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          946_684_799_999L,
          253_402_300_800_000L);

  private static final List<String> JSON =
      List.of(
          "null",
          "true",
          "false",
          "[]",
          "{}",
          "[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]",
          "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}",
          "1e308",
          "-0.0",
          "99999999999999999999",
          "1".repeat(100),
          "0.1",
          "NaN",
          "\"\\ud83d\"",
          "\"\\u0000\"",
          "'x'",
          "[1,2,3]",
          "[null]",
          "[{}]",
          "/*c*/1",
          "01");

  private OddValues() {}

  static String text(SplittableRandom random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  static long number(SplittableRandom random) {
    return random.nextInt(4) == 0 ? random.nextLong() : NUMBERS.get(random.nextInt(NUMBERS.size()));
  }

  /** A value as it stands in JSON, or nearly. */
  static String json(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> Long.toString(number(random));
      case 1 -> quoted(text(random));
      default -> JSON.get(random.nextInt(JSON.size()));
    };
  }

  private static String quoted(String text) {
    var escaped = new StringBuilder("\"");
    for (var i = 0; i < text.length(); i++) {
      var letter = text.charAt(i);
      if (letter < ' ' || letter == '"' || letter == '\\' || Character.isSurrogate(letter)) {
        escaped.append("\\u%04x".formatted((int) letter));
      } else {
        escaped.append(letter);
      }
    }
    return escaped.append('"').toString();
  }

  /** Changes bytes: turns some over, puts some in, takes some out, cuts off the end. */
  static byte[] mutated(byte[] bytes, SplittableRandom random) {
    var changed = bytes.clone();
    for (var times = 1 + random.nextInt(4); times > 0 && changed.length > 0; times--) {
      var at = random.nextInt(changed.length);
      switch (random.nextInt(5)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) random.nextInt(256);
        case 2 -> changed = Arrays.copyOf(changed, at);
        case 3 -> {
          var longer = new byte[changed.length + 1];
          System.arraycopy(changed, 0, longer, 0, at);
          longer[at] = (byte) random.nextInt(256);
          System.arraycopy(changed, at, longer, at + 1, changed.length - at);
          changed = longer;
        }
        default -> {
          var from = random.nextInt(changed.length);
          var most = changed.length - Math.max(at, from);
          System.arraycopy(changed, from, changed, at, Math.min(1 + random.nextInt(16), most));
        }
      }
    }
    return changed;
  }
}

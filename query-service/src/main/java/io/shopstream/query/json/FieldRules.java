package io.shopstream.query.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.util.NetUtil;
import io.shopstream.query.problem.Parameters;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The kinds of values that requests are made of. */
public final class FieldRules {

  /** Largest amount of money, in minor units: far above any order, far below overflow of a sum. */
  static final long MOST_MONEY = 1_000_000_000_000L;

  static final int MOST_PIECES = 1_000_000;

  /** Times before this are mistakes (0, or seconds given for milliseconds). */
  static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private FieldRules() {}

  /** An id: any string of 1 to 64 bytes of UTF-8 without control characters. */
  public static FieldRule id() {
    return (json, field, faults) -> {
      var value = string(json, field, faults);
      var fault = value == null ? null : Ids.fault(value).orElse(null);
      if (fault != null) {
        faults.add(field, fault);
        return null;
      }
      return value;
    };
  }

  /** A text of 1 to so many characters. */
  public static FieldRule text(int most) {
    return (json, field, faults) -> {
      var value = string(json, field, faults);
      if (value == null) {
        return null;
      }
      if (value.isBlank()) {
        faults.add(field, "must not be blank; leave it out when it is not known");
        return null;
      }
      if (value.length() > most) {
        faults.add(field, "is too long: at most " + most + " characters");
        return null;
      }
      return value;
    };
  }

  /** A path or address; what follows a ? or # may be personal and is cut off. */
  public static FieldRule address(int most) {
    var text = text(most);
    return (json, field, faults) -> {
      var value = (String) text.read(json, field, faults);
      if (value == null) {
        return null;
      }
      var end = 0;
      while (end < value.length() && value.charAt(end) != '?' && value.charAt(end) != '#') {
        end++;
      }
      return value.substring(0, end);
    };
  }

  /**
   * A point in time, to milliseconds since 1970: a number of milliseconds, or ISO-8601 with an
   * offset. Not before 2000, not further ahead than the tolerance.
   */
  public static FieldRule time(Clock clock, Duration tolerance) {
    return (json, field, faults) -> {
      long time;
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        try {
          time = iso(json.getText());
        } catch (DateTimeException | ArithmeticException e) {
          faults.add(
              field,
              "must be ISO-8601 with an offset (2026-11-01T12:00:00Z) or a number of milliseconds since 1970-01-01 UTC");
          return null;
        }
      } else {
        var number =
            whole(
                json,
                field,
                faults,
                "must be ISO-8601 with an offset (2026-11-01T12:00:00Z) or a number of milliseconds since 1970-01-01 UTC");
        if (number == null) {
          return null;
        }
        time = number;
      }
      if (time < EARLIEST.toEpochMilli()) {
        faults.add(
            field, "must not be before 2000-01-01; a number counts milliseconds, not seconds");
        return null;
      }
      if (time > clock.millis() + tolerance.toMillis()) {
        faults.add(
            field,
            "must not be more than " + tolerance.toSeconds() + " seconds ahead of the clock here");
        return null;
      }
      return time;
    };
  }

  private static long iso(String text) {
    return text.endsWith("Z")
        ? Instant.parse(text).toEpochMilli()
        : OffsetDateTime.parse(text).toInstant().toEpochMilli();
  }

  /** Money in minor units, 0 or more. */
  public static FieldRule money() {
    return (json, field, faults) -> {
      var value =
          whole(json, field, faults, "must be a whole number of minor units (1999 for 19.99)");
      if (value == null) {
        return null;
      }
      if (value < 0) {
        faults.add(field, "must not be negative");
        return null;
      }
      if (value > MOST_MONEY) {
        faults.add(field, "must be at most " + MOST_MONEY);
        return null;
      }
      return value;
    };
  }

  /** A whole number within bounds. */
  public static FieldRule integer(int least, int most) {
    return (json, field, faults) -> {
      var bounds = "must be a whole number from " + least + " to " + most;
      var value = whole(json, field, faults, bounds);
      if (value == null) {
        return null;
      }
      if (value < least || value > most) {
        faults.add(field, bounds);
        return null;
      }
      return value.intValue();
    };
  }

  /** A number within bounds, whole or not. */
  public static FieldRule decimal(double least, double most) {
    var bounds =
        "must be a number from %s to %s".formatted(Parameters.plain(least), Parameters.plain(most));
    return (json, field, faults) -> {
      if (!json.currentToken().isNumeric()) {
        faults.add(field, bounds);
        json.skipChildren();
        return null;
      }
      var value = json.getDoubleValue();
      if (!(value >= least && value <= most)) {
        faults.add(field, bounds);
        return null;
      }
      return value;
    };
  }

  /** Pieces of an item, 1 or more. */
  public static FieldRule quantity() {
    return integer(1, MOST_PIECES);
  }

  /** An ISO 4217 code. */
  public static FieldRule currency() {
    return (json, field, faults) -> {
      var value = string(json, field, faults);
      if (value != null && !CURRENCIES.contains(value)) {
        faults.add(field, "must be a code of ISO 4217 in capitals, such as EUR");
        return null;
      }
      return value;
    };
  }

  /** Two letters, as in ISO 3166. */
  public static FieldRule country() {
    return (json, field, faults) -> {
      var value = string(json, field, faults);
      if (value == null) {
        return null;
      }
      if (value.length() != 2 || !value.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
        faults.add(field, "must be a two-letter code of ISO 3166 in capitals, such as DE");
        return null;
      }
      return value;
    };
  }

  /** An IPv4 or IPv6 address; names are not looked up. */
  public static FieldRule ip() {
    return (json, field, faults) -> {
      var value = string(json, field, faults);
      if (value == null) {
        return null;
      }
      if (!NetUtil.isValidIpV4Address(value) && !NetUtil.isValidIpV6Address(value)) {
        faults.add(field, "must be an IPv4 or IPv6 address");
        return null;
      }
      return value;
    };
  }

  /** A truth value. */
  public static FieldRule bool() {
    return (json, field, faults) ->
        switch (json.currentToken()) {
          case VALUE_TRUE -> true;
          case VALUE_FALSE -> false;
          default -> {
            faults.add(field, "must be true or false");
            json.skipChildren();
            yield null;
          }
        };
  }

  /** One of the constants of an Avro enum but UNKNOWN, in capitals or not. */
  public static <E extends Enum<E>> FieldRule oneOf(Class<E> type) {
    Map<String, E> byName = new HashMap<>();
    var names = new ArrayList<String>();
    for (var constant : type.getEnumConstants()) {
      if (!constant.name().equals("UNKNOWN")) {
        byName.put(constant.name(), constant);
        byName.put(constant.name().toLowerCase(Locale.ROOT), constant);
        names.add(constant.name());
      }
    }
    var known = String.join(", ", names);
    return (json, field, faults) -> {
      var value = string(json, field, faults);
      if (value == null) {
        return null;
      }
      var constant = byName.get(value);
      if (constant == null) {
        faults.add(field, "must be one of " + known);
      }
      return constant;
    };
  }

  /** A list of texts. */
  public static FieldRule texts(int mostTexts, int mostCharacters) {
    var text = text(mostCharacters);
    return list(0, mostTexts, text);
  }

  /** A list of ids. */
  public static FieldRule ids(int least, int most) {
    return list(least, most, id());
  }

  /** A list of objects. */
  public static <T> FieldRule objects(int least, int most, JsonShape<T> shape) {
    return list(
        least,
        most,
        (json, field, faults) -> {
          if (json.currentToken() != JsonToken.START_OBJECT) {
            faults.add(field, "must be an object");
            json.skipChildren();
            return null;
          }
          var outer = faults.enter(field + ".");
          var value = shape.read(json, faults);
          faults.leave(outer);
          return value;
        });
  }

  private static FieldRule list(int least, int most, FieldRule element) {
    return (json, field, faults) -> {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        faults.add(field, "must be a list");
        json.skipChildren();
        return null;
      }
      List<Object> values = new ArrayList<>();
      var count = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (count++ >= most) {
          json.skipChildren();
        } else {
          var value = element.read(json, field + "[" + (count - 1) + "]", faults);
          if (value != null) {
            values.add(value);
          }
        }
      }
      if (count > most) {
        faults.add(field, "is too long: at most " + most + " entries, not " + count);
        return null;
      }
      if (count < least) {
        faults.add(field, "must have at least " + least + (least == 1 ? " entry" : " entries"));
        return null;
      }
      return values;
    };
  }

  private static String string(JsonParser json, String field, Faults faults) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    faults.add(field, "must be a string");
    json.skipChildren();
    return null;
  }

  private static Long whole(JsonParser json, String field, Faults faults, String rule)
      throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      return json.getLongValue();
    }
    faults.add(field, rule);
    json.skipChildren();
    return null;
  }
}

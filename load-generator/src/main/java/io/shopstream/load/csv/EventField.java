package io.shopstream.load.csv;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/**
 * One field of an event: what its schema calls it, and how text becomes its value.
 *
 * @param schema of the field
 * @param decimal whether the text is an amount such as 12.50, to be kept in the minor unit
 */
record EventField(Schema.Field schema, boolean decimal) {

  private static final Pattern EPOCH = Pattern.compile("\\d{9,14}(\\.\\d+)?");
  private static final double SECONDS_BELOW = 1e11;
  private static final int LONGEST_ID = 64;
  private static final long MOST_MONEY = 1_000_000_000_000L;
  private static final int MOST_PIECES = 1_000_000;
  private static final Set<String> YES = Set.of("true", "1", "yes", "y");
  private static final Set<String> NO = Set.of("false", "0", "no", "n");

  /**
   * How times are written.
   *
   * @param format of times that are no number and no ISO 8601
   * @param zone of times that do not tell theirs
   */
  record Times(DateTimeFormatter format, ZoneId zone) {}

  /**
   * A field by the name that a mapping uses: that of the API (time for time_ms), and price or
   * amount for decimals.
   */
  static Optional<EventField> named(Schema event, String name) {
    for (var field : event.getFields()) {
      if (name.equals(apiName(field))) {
        return Optional.of(new EventField(field, false));
      }
      if (name.equals(decimalName(field))) {
        return Optional.of(new EventField(field, true));
      }
    }
    return Optional.empty();
  }

  /** Names that a mapping may use. */
  static List<String> names(Schema event) {
    return event.getFields().stream()
        .filter(field -> kind(field) != Schema.Type.RECORD)
        .flatMap(
            field ->
                decimalName(field) == null
                    ? List.of(apiName(field)).stream()
                    : List.of(apiName(field), decimalName(field)).stream())
        .toList();
  }

  private static String apiName(Schema.Field field) {
    return field.name().endsWith("time_ms")
        ? field.name().substring(0, field.name().length() - "_ms".length())
        : field.name();
  }

  private static String decimalName(Schema.Field field) {
    return field.name().endsWith("_minor")
        ? field.name().substring(0, field.name().length() - "_minor".length())
        : null;
  }

  /** RECORD for lists of records, which no column holds. */
  private static Schema.Type kind(Schema.Field field) {
    var type = plain(field.schema());
    return type.getType() == Schema.Type.ARRAY ? type.getElementType().getType() : type.getType();
  }

  private static Schema plain(Schema type) {
    return type.isUnion() ? type.getTypes().get(1) : type;
  }

  boolean isTime() {
    return schema.name().endsWith("time_ms");
  }

  /** Whether an event is none without it. */
  boolean isRequired() {
    return schema.defaultVal() == null;
  }

  /**
   * The value that a text stands for.
   *
   * @param column that it comes from, for messages
   * @param currency of decimals
   */
  Object value(String column, String text, Times times, String currency)
      throws WrongColumnException {
    var type = plain(schema.schema());
    return switch (type.getType()) {
      case STRING -> string(column, text);
      case INT -> (int) whole(column, text, 0, MOST_PIECES);
      case LONG ->
          isTime()
              ? time(column, text, times)
              : decimal ? minor(column, text, currency) : whole(column, text, 0, MOST_MONEY);
      case BOOLEAN -> truth(column, text);
      case ENUM -> symbol(column, text, type);
      case ARRAY ->
          Arrays.stream(text.split("[>/|]")).map(String::strip).filter(s -> !s.isEmpty()).toList();
      default -> throw new IllegalStateException("No column holds " + schema.name());
    };
  }

  private String string(String column, String text) throws WrongColumnException {
    if (schema.name().endsWith("_id")
        && text.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID) {
      throw WrongColumnException.of(column, text, "must be at most 64 bytes: it is an id");
    }
    if (schema.name().equals("currency") && !isCurrency(text)) {
      throw WrongColumnException.of(column, text, "must be a currency of ISO 4217, such as EUR");
    }
    return text;
  }

  private static boolean isCurrency(String text) {
    try {
      return Currency.getInstance(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static long whole(String column, String text, long least, long most)
      throws WrongColumnException {
    try {
      var number = new BigDecimal(text).longValueExact();
      if (number >= least && number <= most) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // said below
    }
    throw WrongColumnException.of(
        column, text, "must be a whole number, %d to %d".formatted(least, most));
  }

  private static long minor(String column, String text, String currency)
      throws WrongColumnException {
    try {
      var digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
      var number =
          new BigDecimal(text).setScale(digits, RoundingMode.HALF_UP).movePointRight(digits);
      if (number.signum() >= 0 && number.compareTo(BigDecimal.valueOf(MOST_MONEY)) <= 0) {
        return number.longValueExact();
      }
    } catch (IllegalArgumentException e) { // no number, or no currency
      // said below
    }
    throw WrongColumnException.of(
        column, text, "must be an amount of 0 or more, such as 12.50 (in %s)".formatted(currency));
  }

  private static boolean truth(String column, String text) throws WrongColumnException {
    var word = text.toLowerCase(Locale.ROOT);
    if (YES.contains(word)) {
      return true;
    }
    if (NO.contains(word)) {
      return false;
    }
    throw WrongColumnException.of(column, text, "must be true or false (1, 0, yes, no)");
  }

  private static Object symbol(String column, String text, Schema type)
      throws WrongColumnException {
    var symbol = text.toUpperCase(Locale.ROOT);
    if (!type.hasEnumSymbol(symbol)) {
      throw WrongColumnException.of(
          column,
          text,
          "must be one of %s; a line «translate.%s.%s = …» of the mapping says which it means"
              .formatted(
                  String.join(", ", type.getEnumSymbols()),
                  type.getName().equals("ClickType") ? "type" : "kind",
                  text));
    }
    return SpecificData.get().createEnum(symbol, type);
  }

  private static long time(String column, String text, Times times) throws WrongColumnException {
    try {
      if (EPOCH.matcher(text).matches()) {
        var number = Double.parseDouble(text);
        return Math.round(number < SECONDS_BELOW ? number * 1_000 : number);
      }
      if (text.indexOf('T') > 0) {
        return text.matches(".*(Z|[+-][0-9:]{2,6})")
            ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
            : LocalDateTime.parse(text).atZone(times.zone()).toInstant().toEpochMilli();
      }
      return times
          .format()
          .parse(text, parsed -> Instant.from(zoned(parsed, times.zone())))
          .toEpochMilli();
    } catch (DateTimeException e) {
      throw WrongColumnException.of(
          column,
          text,
          "must be a time: seconds or milliseconds since 1970, 2026-01-31T12:30:00Z, or as time_format says");
    }
  }

  private static TemporalAccessor zoned(TemporalAccessor parsed, ZoneId zone) {
    return parsed.isSupported(ChronoField.INSTANT_SECONDS)
        ? parsed
        : LocalDateTime.from(parsed).atZone(zone);
  }
}

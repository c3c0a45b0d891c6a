package io.shopstream.bench.fraud;

import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.OrderFacts;
import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which column of a CSV file holds what. A mapping file has entries «field = column», one a line or
 * separated by commas; an entry without «=» is a column whose name says what it holds. {@code #}
 * starts a comment.
 */
final class Mapping {

  /** What a column can hold, and the names of columns that say so. */
  enum Field {
    ORDER_ID("order_id", "order", "transaction_id", "tx_id", "id"),
    TIME(
        "time",
        "purchase_time",
        "order_time",
        "time_ms",
        "timestamp",
        "tx_datetime",
        "datetime",
        "date"),
    AMOUNT("amount", "purchase_value", "order_value", "value", "tx_amount", "amt", "price"),
    AMOUNT_MINOR("amount_minor", "amount_cents"),
    USER("user", "user_id", "customer", "customer_id", "account_id"),
    CARD("card", "card_fingerprint", "card_id", "cc_num"),
    DEVICE("device", "device_id", "device_fingerprint"),
    IP("ip", "ip_address"),
    EMAIL("email", "email_fingerprint", "email_address"),
    ADDRESS("address", "shipping_address", "shipping_address_fingerprint"),
    SELLER("seller", "seller_id", "terminal_id", "merchant", "merchant_id"),
    SIGNUP_TIME("signup_time", "account_created_time_ms", "registration_time"),
    SOURCE("source", "traffic_source", "channel"),
    BROWSER("browser"),
    GENDER("gender", "sex"),
    PAYMENT_METHOD("payment_method", "payment"),
    EMAIL_DOMAIN("email_domain"),
    CURRENCY("currency"),
    BILLING_COUNTRY("billing_country"),
    SHIPPING_COUNTRY("shipping_country"),
    AGE("age"),
    PIECES("pieces", "quantity"),
    CLICKS_BEFORE("clicks_before"),
    FRAUD("fraud", "class", "is_fraud", "label", "tx_fraud", "isfraud");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> names;

    Field(String... names) {
      this.names = List.of(names);
    }

    String key() {
      return names.get(0);
    }

    private boolean isCalled(String name) {
      return names.contains(name.toLowerCase(Locale.ROOT));
    }
  }

  private static final Map<Field, EntityType> PARTIES =
      Map.of(
          Field.USER, EntityType.USER,
          Field.CARD, EntityType.CARD,
          Field.DEVICE, EntityType.DEVICE,
          Field.IP, EntityType.IP,
          Field.EMAIL, EntityType.EMAIL,
          Field.ADDRESS, EntityType.ADDRESS,
          Field.SELLER, EntityType.SELLER);

  private static final Map<Field, Attribute> ATTRIBUTES =
      Map.of(
          Field.SOURCE, Attribute.SOURCE,
          Field.BROWSER, Attribute.BROWSER,
          Field.GENDER, Attribute.GENDER,
          Field.PAYMENT_METHOD, Attribute.PAYMENT_METHOD,
          Field.EMAIL_DOMAIN, Attribute.EMAIL_DOMAIN,
          Field.CURRENCY, Attribute.CURRENCY,
          Field.BILLING_COUNTRY, Attribute.BILLING_COUNTRY,
          Field.SHIPPING_COUNTRY, Attribute.SHIPPING_COUNTRY);

  private static final Set<String> FRAUD = Set.of("1", "1.0", "true", "yes", "y", "fraud");
  private static final Set<String> SOUND =
      Set.of("0", "0.0", "false", "no", "n", "legitimate", "genuine", "sound", "ok");
  private static final Set<String> ABSENT = Set.of("", "na", "n/a", "nan", "null", "none");

  private static final String TIME_FORMAT = "time_format";

  private final Map<Field, String> columns = new EnumMap<>(Field.class);
  private DateTimeFormatter timeFormat =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private Mapping() {}

  /** All fields, for help and errors. */
  static String fields() {
    List<String> keys = new ArrayList<>();
    for (Field field : Field.values()) {
      keys.add(field.key());
    }
    return String.join(", ", keys);
  }

  /** Guesses from the names of the columns. */
  static Mapping guess(Path orders, List<String> header) {
    Mapping mapping = new Mapping();
    for (String column : header) {
      for (Field field : Field.values()) {
        if (field.isCalled(column)) {
          mapping.columns.putIfAbsent(field, column);
        }
      }
    }
    mapping.check(orders.toString(), "name the columns in a file given with --mapping");
    return mapping;
  }

  /** Reads a mapping file. */
  static Mapping read(Path file, List<String> header) throws IOException {
    Mapping mapping = new Mapping();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String where = file + ":" + (i + 1) + ": ";
      String line = lines.get(i);
      int comment = line.indexOf('#');
      String text = comment < 0 ? line : line.substring(0, comment);
      if (text.strip().startsWith(TIME_FORMAT)) {
        mapping.readTimeFormat(where, text);
        continue;
      }
      for (String entry : text.split(",", -1)) {
        if (!entry.isBlank()) {
          mapping.readEntry(where, entry.strip(), header);
        }
      }
    }
    mapping.check(file.toString(), "add «field = column»");
    return mapping;
  }

  private void readTimeFormat(String where, String text) {
    String[] parts = text.split("=", 2);
    try {
      timeFormat = DateTimeFormatter.ofPattern(parts[parts.length - 1].strip(), Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new OrderFileException(
          where + TIME_FORMAT + ": not a pattern such as yyyy-MM-dd HH:mm:ss: " + e.getMessage());
    }
  }

  private void readEntry(String where, String entry, List<String> header) {
    String[] parts = entry.split("[=:]", 2);
    String name = parts[0].strip();
    String column = parts[parts.length - 1].strip();
    if (!header.contains(column)) {
      throw new OrderFileException(
          where
              + "the orders have no column «"
              + column
              + "»; they have "
              + String.join(", ", header));
    }
    for (Field field : Field.values()) {
      if (field.isCalled(name)) {
        String earlier = columns.put(field, column);
        if (earlier != null) {
          throw new OrderFileException(
              where + field.key() + " is given twice, as " + earlier + " and as " + column);
        }
        return;
      }
    }
    throw new OrderFileException(
        where + "unknown field «" + name + "»; known are " + fields() + " and " + TIME_FORMAT);
  }

  private void check(String where, String advice) {
    List<String> missing = new ArrayList<>();
    if (!columns.containsKey(Field.TIME)) {
      missing.add(Field.TIME.key());
    }
    if (!columns.containsKey(Field.FRAUD)) {
      missing.add(Field.FRAUD.key());
    }
    if (!missing.isEmpty()) {
      throw new OrderFileException(
          where + ": no column for " + String.join(" and ", missing) + "; " + advice);
    }
  }

  /** What is mapped to what, for a person. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>();
    columns.forEach((field, column) -> shown.put(field.key(), column));
    return shown.toString();
  }

  /** Reads an order. */
  LabelledOrder order(OrderFile.Row row) {
    String id = text(row, Field.ORDER_ID);
    OrderFacts.Builder order =
        new OrderFacts.Builder(
            id.isEmpty() ? Long.toString(row.line()) : id, time(row, Field.TIME), amount(row));
    PARTIES.forEach((field, type) -> order.id(type, text(row, field)));
    ATTRIBUTES.forEach((field, attribute) -> order.attribute(attribute, text(row, field)));
    if (!text(row, Field.SIGNUP_TIME).isEmpty()) {
      order.signupTimeMs(time(row, Field.SIGNUP_TIME));
    }
    order.age(count(row, Field.AGE));
    order.pieces(count(row, Field.PIECES));
    order.clicksBefore(count(row, Field.CLICKS_BEFORE));
    return new LabelledOrder(order.build(), fraud(row));
  }

  private String text(OrderFile.Row row, Field field) {
    String column = columns.get(field);
    if (column == null) {
      return "";
    }
    String text = row.text(column);
    return ABSENT.contains(text.toLowerCase(Locale.ROOT)) ? "" : text;
  }

  private boolean fraud(OrderFile.Row row) {
    String text = row.text(columns.get(Field.FRAUD)).toLowerCase(Locale.ROOT);
    if (FRAUD.contains(text)) {
      return true;
    }
    if (SOUND.contains(text)) {
      return false;
    }
    throw row.wrong(
        columns.get(Field.FRAUD), "must be 0 or 1 (or true, false, yes, no, fraud, legitimate)");
  }

  private long amount(OrderFile.Row row) {
    boolean minor = columns.containsKey(Field.AMOUNT_MINOR);
    Field field = minor ? Field.AMOUNT_MINOR : Field.AMOUNT;
    String text = text(row, field);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      BigDecimal value = new BigDecimal(text);
      BigDecimal cents = minor ? value : value.movePointRight(2);
      long result = cents.setScale(0, RoundingMode.HALF_UP).longValueExact();
      if (result >= 0) {
        return result;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw row.wrong(columns.get(field), "must be a number such as 12.50", e);
    }
    throw row.wrong(columns.get(field), "must be 0 or more");
  }

  private int count(OrderFile.Row row, Field field) {
    String text = text(row, field);
    if (text.isEmpty()) {
      return -1;
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value < 1_000_000_000) {
        return (int) value;
      }
    } catch (NumberFormatException e) {
      throw row.wrong(columns.get(field), "must be a number", e);
    }
    throw row.wrong(columns.get(field), "must be 0 or more and below 1,000,000,000");
  }

  private long time(OrderFile.Row row, Field field) {
    String column = columns.get(field);
    String text = text(row, field);
    try {
      long ms = time(text);
      if (ms >= 0) {
        return ms;
      }
    } catch (DateTimeException | NumberFormatException e) {
      throw row.wrong(
          column,
          "must be a time: seconds or milliseconds since 1970, 2015-02-24 22:55:49,"
              + " 2015-02-24T22:55:49Z, or as the mapping's time_format says",
          e);
    }
    throw row.wrong(column, "must be after 1970");
  }

  private long time(String text) {
    if (text.matches("[0-9]+(\\.[0-9]+)?")) {
      double number = Double.parseDouble(text);
      return number < 1e11 ? Math.round(number * 1000) : Math.round(number);
    }
    if (text.endsWith("Z")) {
      return Instant.parse(text.replace(' ', 'T')).toEpochMilli();
    }
    if (text.matches(".*T.*[+-][0-9:]+")) {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    }
    LocalDateTime local =
        text.indexOf('T') > 0 ? LocalDateTime.parse(text) : LocalDateTime.parse(text, timeFormat);
    return local.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}

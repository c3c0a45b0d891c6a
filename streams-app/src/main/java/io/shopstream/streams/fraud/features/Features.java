package io.shopstream.streams.fraud.features;

import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The catalogue of features: their names, places and words, and how the vector of an order is put
 * together. A feature that is not known is NaN. First the facts of the order, then what several
 * entities say together, then one block an entity.
 *
 * <p>Names are {@code order.amount}, {@code device.users_1d}, {@code user.amount_zscore} and so on;
 * the whole list is {@link #names}.
 */
public final class Features {
  /** Goes up with every change of the layout; a model of another layout cannot be used. */
  public static final int LAYOUT = 1;

  /** Windows over which distinct partners are counted. */
  static final List<Window> PARTNER_WINDOWS = List.of(Window.HOUR, Window.DAY, Window.MONTH);

  /** Hours of the night, as in the handbook's features: midnight to six. */
  private static final int NIGHT_ENDS_AT_HOUR = 6;

  /** Codes of attribute values fit a float exactly. */
  private static final int CODE_BITS = 24;

  private static final List<Attribute> ATTRIBUTES = List.of(Attribute.values());
  private static final List<String> NAMES = new ArrayList<>();
  private static final List<String> WORDS = new ArrayList<>();
  private static final Map<String, Integer> INDEX = new HashMap<>();
  private static final int[] BLOCK_START = new int[EntityType.values().length];
  private static final int[] BLOCK_SIZE = new int[EntityType.values().length];
  private static final int ATTRIBUTES_START;
  private static final int CONTEXT_START;

  static {
    define("order.amount", "the amount is {n}");
    define("order.pieces", "{n} pieces are ordered");
    define("order.hour", "ordered at hour {n} of the day");
    define("order.weekday", "ordered on day {n} of the week");
    define("order.night", "ordered {not }in the night");
    define("order.weekend", "ordered {not }at the weekend");
    define("order.seconds_since_signup", "the account was opened {t} before the order");
    define("order.age", "the buyer is {n} years old");
    define("order.clicks_before", "{n} clicks in the visit before the order");
    define("order.country_mismatch", "billing and shipping country are {not }different");
    ATTRIBUTES_START = NAMES.size();
    for (Attribute attribute : Attribute.values()) {
      define("order." + attribute.key(), attribute.words() + " {value}");
    }
    CONTEXT_START = NAMES.size();
    define(
        "context.max_users_1d",
        "{n} users share a device, card or address of this order within 24 hours");
    define(
        "context.max_users_30d",
        "{n} users share a device, card or address of this order within 30 days");
    define(
        "context.known_frauds_30d", "{n} known frauds among the parties to this order in 30 days");
    define(
        "context.max_fraud_rate_30d",
        "{p} of the outcomes of one party known in 30 days were frauds");
    define("context.first_order", "it is {not }the first order of the user");
    define("context.new_pairs", "{n} of the user's card, device and addresses are new to the user");
    for (EntityType type : EntityType.values()) {
      BLOCK_START[type.code()] = NAMES.size();
      defineBlock(type);
      BLOCK_SIZE[type.code()] = NAMES.size() - BLOCK_START[type.code()];
    }
  }

  private Features() {}

  private static void defineBlock(EntityType type) {
    String e = type.key() + ".";
    String the = "the " + type.words();
    for (Window window : Window.values()) {
      define(
          e + "orders_" + window.suffix(),
          the + " placed {n} orders in the " + window.words() + " before");
    }
    define(e + "orders_all", the + " placed {n} orders before");
    define(e + "amount_sum_1d", the + " ordered for {n} in the 24 hours before");
    define(e + "amount_mean_1d", the + " ordered for {n} on average in 24 hours");
    define(e + "amount_mean_7d", the + " ordered for {n} on average in 7 days");
    define(e + "amount_mean_30d", the + " ordered for {n} on average in 30 days");
    define(
        e + "amount_zscore",
        "the amount is {n} standard deviations above what is usual for " + the);
    define(e + "amount_to_mean", "the amount is {n} times the average of " + the);
    define(e + "amount_to_max", "the amount is {n} times the highest of " + the);
    define(
        e + "recent_max_to_mean",
        "the highest amount of " + the + " in 7 days is {n} times its average");
    define(e + "seconds_since_first", the + " was first seen {t} before");
    define(e + "seconds_since_last", the + " was last seen {t} before");
    define(e + "known_frauds_1d", the + " had {n} frauds that became known in 24 hours");
    define(e + "known_frauds_7d", the + " had {n} frauds that became known in 7 days");
    define(e + "known_frauds_30d", the + " had {n} frauds that became known in 30 days");
    define(e + "known_frauds_all", the + " had {n} known frauds");
    define(e + "known_outcomes_30d", the + " had {n} outcomes that became known in 30 days");
    define(e + "fraud_rate_7d", "{p} of the outcomes of " + the + " known in 7 days were frauds");
    define(e + "fraud_rate_30d", "{p} of the outcomes of " + the + " known in 30 days were frauds");
    define(e + "fraud_rate_all", "{p} of the known outcomes of " + the + " were frauds");
    define(e + "days_since_fraud_began", "frauds of " + the + " began {n} days before");
    define(e + "days_since_last_fraud", "the last known fraud of " + the + " was {n} days before");
    define(e + "sound_since_fraud", the + " had {n} sound orders since the last known fraud");
    define(e + "fraud_streak", "the last {n} known outcomes of " + the + " were frauds");
    define(e + "unexpected_frauds", the + " had {n} frauds that nobody expected");
    define(
        e + "days_since_unexpected_began",
        "frauds of " + the + " that nobody expected began {n} days before");
    define(
        e + "sound_since_unexpected",
        the + " had {n} sound orders since the last fraud that nobody expected");
    for (Partner partner : type.partners()) {
      for (Window window : PARTNER_WINDOWS) {
        define(
            e + partner.plural() + "_" + window.suffix(),
            the + " was seen with {n} " + words(partner) + " within " + window.words());
      }
      define(e + partner.plural() + "_all", the + " was seen with {n} " + words(partner));
      define(
          e + "new_" + partner.name().toLowerCase(Locale.ROOT),
          "the " + partner.words() + " is {not }new to " + the);
    }
  }

  private static String words(Partner partner) {
    return "different "
        + (partner == Partner.IP
            ? "IP addresses"
            : partner == Partner.EMAIL
                ? "e-mail addresses"
                : partner == Partner.ADDRESS
                    ? "shipping addresses"
                    : partner == Partner.COUNTRY ? "shipping countries" : partner.plural());
  }

  private static void define(String name, String words) {
    INDEX.put(name, NAMES.size());
    NAMES.add(name);
    WORDS.add(words);
  }

  /** Number of features. */
  public static int count() {
    return NAMES.size();
  }

  /** All names, in the order of the vector. */
  public static List<String> names() {
    return List.copyOf(NAMES);
  }

  public static String name(int index) {
    return NAMES.get(index);
  }

  /** The place of a feature, if there is one of this name. */
  public static OptionalInt find(String name) {
    Integer index = INDEX.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /**
   * The place of a feature.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public static int index(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("no feature «" + name + "»"));
  }

  /** Features of an entity of this type. */
  public static int blockSize(EntityType type) {
    return BLOCK_SIZE[type.code()];
  }

  /**
   * Whether the feature is a code of an attribute value, which can be equal or not but not more or
   * less.
   */
  public static boolean isCode(int index) {
    return index >= ATTRIBUTES_START && index < CONTEXT_START;
  }

  /** The code of an attribute value; equal for equal values, whatever their case. */
  public static float code(String value) {
    return value.isEmpty()
        ? Float.NaN
        : Ids.hash(value.toLowerCase(Locale.ROOT)) >>> (64 - CODE_BITS);
  }

  /**
   * Puts the vector of an order together.
   *
   * @param order the order
   * @param blocks what each entity says ({@link EntityState#features}); one that is missing leaves
   *     NaN
   * @param zone in which hour and weekday are meant
   */
  public static float[] vector(OrderFacts order, Map<EntityType, float[]> blocks, ZoneId zone) {
    float[] f = new float[NAMES.size()];
    Arrays.fill(f, Float.NaN);
    ZonedDateTime time = Instant.ofEpochMilli(order.timeMs()).atZone(zone);
    int i = 0;
    f[i++] = order.amountMinor() / 100f;
    f[i++] = order.pieces() < 0 ? Float.NaN : order.pieces();
    f[i++] = time.getHour();
    f[i++] = time.getDayOfWeek().getValue();
    f[i++] = time.getHour() < NIGHT_ENDS_AT_HOUR ? 1 : 0;
    f[i++] = time.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0 ? 1 : 0;
    f[i++] =
        order.signupTimeMs() < 0
            ? Float.NaN
            : Math.max(0, order.timeMs() - order.signupTimeMs()) / 1000f;
    f[i++] = order.age() < 0 ? Float.NaN : order.age();
    f[i++] = order.clicksBefore() < 0 ? Float.NaN : order.clicksBefore();
    String billing = order.attribute(Attribute.BILLING_COUNTRY);
    String shipping = order.attribute(Attribute.SHIPPING_COUNTRY);
    f[i++] =
        billing.isEmpty() || shipping.isEmpty()
            ? Float.NaN
            : billing.equalsIgnoreCase(shipping) ? 0 : 1;
    for (Attribute attribute : Attribute.values()) {
      f[i++] = code(order.attribute(attribute));
    }
    blocks.forEach(
        (type, block) -> System.arraycopy(block, 0, f, BLOCK_START[type.code()], block.length));
    context(f);
    return f;
  }

  private static void context(float[] f) {
    float usersDay = Float.NaN;
    float usersMonth = Float.NaN;
    float frauds = Float.NaN;
    float rate = Float.NaN;
    for (EntityType type : EntityType.values()) {
      int start = BLOCK_START[type.code()];
      if (Float.isNaN(f[start])) {
        continue;
      }
      frauds = add(frauds, f[start + At.FRAUDS_MONTH]);
      rate = max(rate, f[start + At.RATE_MONTH]);
      boolean shared = type != EntityType.USER && type != EntityType.SELLER;
      if (shared && type.partners().get(0) == Partner.USER) {
        usersDay = max(usersDay, f[start + At.FIRST_PARTNER + 1]);
        usersMonth = max(usersMonth, f[start + At.FIRST_PARTNER + 2]);
      }
    }
    int user = BLOCK_START[EntityType.USER.code()];
    float newPairs = Float.NaN;
    if (!Float.isNaN(f[user])) {
      for (int k = 0; k < EntityType.USER.partners().size(); k++) {
        if (EntityType.USER.partners().get(k) != Partner.SELLER) {
          newPairs = add(newPairs, f[user + At.FIRST_PARTNER + k * At.PER_PARTNER + At.IS_NEW]);
        }
      }
    }
    int i = CONTEXT_START;
    f[i++] = usersDay;
    f[i++] = usersMonth;
    f[i++] = frauds;
    f[i++] = rate;
    f[i++] = Float.isNaN(f[user]) ? Float.NaN : f[user + At.ORDERS_ALL] == 0 ? 1 : 0;
    f[i] = newPairs;
  }

  private static float max(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : Math.max(a, b);
  }

  private static float add(float a, float b) {
    return Float.isNaN(a) ? b : Float.isNaN(b) ? a : a + b;
  }

  /** Places within a block. */
  private static final class At {
    static final int ORDERS_ALL = 5;
    static final int FRAUDS_MONTH = 18;
    static final int RATE_MONTH = 22;
    static final int FIRST_PARTNER = 31;
    static final int PER_PARTNER = PARTNER_WINDOWS.size() + 2;
    static final int IS_NEW = PER_PARTNER - 1;

    private At() {}
  }

  /**
   * A feature and its value in words: {@code the device was seen with 14 different users within 24
   * hours}.
   */
  public static String words(int index, float value, OrderFacts order) {
    String words = WORDS.get(index);
    if (isCode(index)) {
      String attribute = order.attribute(ATTRIBUTES.get(index - ATTRIBUTES_START));
      return words.replace("{value}", attribute.isEmpty() ? "an unknown value" : attribute);
    }
    if (Float.isNaN(value)) {
      return NAMES.get(index) + " is not known";
    }
    int start = words.indexOf('{');
    int end = words.indexOf('}') + 1;
    String said =
        switch (words.substring(start, end)) {
          case "{n}" -> number(value);
          case "{p}" -> number(value * 100) + " %";
          case "{t}" -> duration(value);
          default -> value == 0 ? "not " : "";
        };
    return words.substring(0, start) + said + words.substring(end);
  }

  private static String number(float value) {
    if (Math.abs(value) >= 10 || value == Math.rint(value)) {
      return Long.toString(Math.round((double) value));
    }
    return Double.toString(Math.round(value * 100.0) / 100.0);
  }

  private static String duration(float seconds) {
    if (seconds < 120) {
      return number(Math.round(seconds)) + " s";
    }
    if (seconds < 2 * 3600) {
      return Math.round(seconds / 60) + " min";
    }
    if (seconds < 2 * 86_400) {
      return Math.round(seconds / 3600) + " h";
    }
    return Math.round(seconds / 86_400) + " days";
  }

  /** A compact form of a vector: what is NaN or 0 takes two bits. */
  public static byte[] toBytes(float[] vector) {
    ByteWriter out = new ByteWriter(vector.length * 2);
    out.putByte(LAYOUT);
    out.putVarint(vector.length);
    write(vector, out);
    return out.toBytes();
  }

  private static void write(float[] vector, ByteWriter out) {
    for (int i = 0; i < vector.length; i += 4) {
      int kinds = 0;
      for (int k = 0; k < 4 && i + k < vector.length; k++) {
        float value = vector[i + k];
        int kind = Float.isNaN(value) ? 0 : value == 0 ? 1 : smallWhole(value) ? 2 : 3;
        kinds |= kind << (2 * k);
      }
      out.putByte(kinds);
      for (int k = 0; k < 4 && i + k < vector.length; k++) {
        int kind = (kinds >>> (2 * k)) & 3;
        if (kind == 2) {
          out.putVarint((long) vector[i + k]);
        } else if (kind == 3) {
          out.putFloat(vector[i + k]);
        }
      }
    }
  }

  private static boolean smallWhole(float value) {
    return value > 0 && value < 1 << 21 && value == (int) value;
  }

  /**
   * Reads the compact form.
   *
   * @throws IllegalArgumentException when the bytes are not a vector of this layout
   */
  public static float[] fromBytes(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int layout = in.getByte();
    long length = in.getVarint();
    if (layout != LAYOUT || length != NAMES.size()) {
      throw new IllegalArgumentException(
          "features of layout " + layout + " (" + length + " of them), known: layout " + LAYOUT);
    }
    float[] vector = new float[NAMES.size()];
    read(in, vector);
    return vector;
  }

  private static void read(ByteReader in, float[] vector) {
    for (int i = 0; i < vector.length; i += 4) {
      int kinds = in.getByte();
      for (int k = 0; k < 4 && i + k < vector.length; k++) {
        vector[i + k] =
            switch ((kinds >>> (2 * k)) & 3) {
              case 0 -> Float.NaN;
              case 1 -> 0;
              case 2 -> in.getVarint();
              default -> in.getFloat();
            };
      }
    }
  }

  /** The compact form of the block of one entity. */
  public static byte[] blockToBytes(float[] block) {
    ByteWriter out = new ByteWriter(block.length * 2);
    out.putByte(LAYOUT);
    write(block, out);
    return out.toBytes();
  }

  /**
   * Reads the block of one entity.
   *
   * @throws IllegalArgumentException when the bytes are not a block of this layout
   */
  public static float[] blockFromBytes(EntityType type, byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int layout = in.getByte();
    if (layout != LAYOUT) {
      throw new IllegalArgumentException(
          "features of layout " + layout + ", known: layout " + LAYOUT);
    }
    float[] block = new float[blockSize(type)];
    read(in, block);
    return block;
  }
}

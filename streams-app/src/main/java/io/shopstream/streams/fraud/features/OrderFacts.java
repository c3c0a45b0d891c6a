package io.shopstream.streams.fraud.features;

import java.util.EnumMap;
import java.util.Map;

/**
 * An order as the fraud score sees it.
 *
 * @param orderId the order
 * @param timeMs when it was placed, milliseconds since 1970-01-01 UTC
 * @param amountMinor what is paid, in the minor unit of the currency, 0 or more
 * @param ids the parties to the order; a party that is not known is absent
 * @param attributes what has few values; one that is not known is absent
 * @param signupTimeMs when the account was created, or -1 when not known
 * @param age the buyer's age in years, or -1 when not known
 * @param pieces items in the order, or -1 when not known
 * @param clicksBefore clicks of the visit before the order, or -1 when not known
 */
public record OrderFacts(
    String orderId,
    long timeMs,
    long amountMinor,
    Map<EntityType, String> ids,
    Map<Attribute, String> attributes,
    long signupTimeMs,
    int age,
    int pieces,
    int clicksBefore) {

  /**
   * What an order says that has few values. The order is part of the feature layout: append only.
   */
  public enum Attribute {
    SOURCE(0, "source", "came through"),
    BROWSER(1, "browser", "browser"),
    GENDER(2, "gender", "gender"),
    PAYMENT_METHOD(3, "payment_method", "paid by"),
    EMAIL_DOMAIN(4, "email_domain", "e-mail domain"),
    CURRENCY(5, "currency", "currency"),
    BILLING_COUNTRY(6, "billing_country", "billed to"),
    SHIPPING_COUNTRY(7, "shipping_country", "shipped to");

    private final int code;
    private final String key;
    private final String words;

    Attribute(int code, String key, String words) {
      this.code = code;
      this.key = key;
      this.words = words;
    }

    private static Attribute ofCode(int code) {
      for (Attribute attribute : values()) {
        if (attribute.code == code) {
          return attribute;
        }
      }
      throw new IllegalArgumentException("an attribute of code " + code + " is not known");
    }

    /** As used in the names of features. */
    public String key() {
      return key;
    }

    /** For a person; the value follows. */
    public String words() {
      return words;
    }
  }

  public OrderFacts {
    if (amountMinor < 0) {
      throw new IllegalArgumentException("amount_minor is " + amountMinor + ", must be 0 or more");
    }
    if (timeMs < 0) {
      throw new IllegalArgumentException("time_ms is " + timeMs + ", must be 0 or more");
    }
    ids = Map.copyOf(ids);
    attributes = Map.copyOf(attributes);
  }

  /** The id of a party, or the empty string. */
  public String id(EntityType type) {
    return ids.getOrDefault(type, "");
  }

  /** The value of an attribute, or the empty string. */
  public String attribute(Attribute attribute) {
    return attributes.getOrDefault(attribute, "");
  }

  /** What the state of each party needs to know of this order. */
  public OrderPart part() {
    long[] partners = new long[Partner.COUNT];
    ids.forEach((type, id) -> partners[type.asPartner().code()] = Ids.hash(id));
    partners[Partner.COUNTRY.code()] = Ids.hash(attribute(Attribute.SHIPPING_COUNTRY));
    return new OrderPart(timeMs, amountMinor, partners);
  }

  private static final int FORMAT = 1;

  /** A compact form for the wire. */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(256);
    out.putByte(FORMAT);
    out.putText(orderId);
    out.putVarint(timeMs);
    out.putVarint(amountMinor);
    out.putVarint(signupTimeMs + 1);
    out.putVarint(age + 1);
    out.putVarint(pieces + 1);
    out.putVarint(clicksBefore + 1);
    out.putByte(ids.size());
    ids.forEach(
        (type, id) -> {
          out.putByte(type.code());
          out.putText(id);
        });
    out.putByte(attributes.size());
    attributes.forEach(
        (attribute, value) -> {
          out.putByte(attribute.code);
          out.putText(value);
        });
    return out.toBytes();
  }

  /**
   * Reads the compact form.
   *
   * @throws IllegalArgumentException when the bytes are not those of an order
   */
  public static OrderFacts fromBytes(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int format = in.getByte();
    if (format != FORMAT) {
      throw new IllegalArgumentException("an order of format " + format + ", known: " + FORMAT);
    }
    Builder order = new Builder(in.getText(), in.getVarint(), in.getVarint());
    order.signupTimeMs(in.getVarint() - 1);
    order.age((int) in.getVarint() - 1);
    order.pieces((int) in.getVarint() - 1);
    order.clicksBefore((int) in.getVarint() - 1);
    for (int left = in.getByte(); left > 0; left--) {
      order.id(EntityType.ofCode(in.getByte()), in.getText());
    }
    for (int left = in.getByte(); left > 0; left--) {
      order.attribute(Attribute.ofCode(in.getByte()), in.getText());
    }
    return order.build();
  }

  /** Collects the facts of an order; what is not given is not known. */
  public static final class Builder {
    private final String orderId;
    private final long timeMs;
    private final long amountMinor;
    private final Map<EntityType, String> ids = new EnumMap<>(EntityType.class);
    private final Map<Attribute, String> attributes = new EnumMap<>(Attribute.class);
    private long signupTimeMs = -1;
    private int age = -1;
    private int pieces = -1;
    private int clicksBefore = -1;

    public Builder(String orderId, long timeMs, long amountMinor) {
      this.orderId = orderId;
      this.timeMs = timeMs;
      this.amountMinor = amountMinor;
    }

    /** An empty id is one that is not known. */
    public Builder id(EntityType type, String id) {
      if (!id.isEmpty()) {
        ids.put(type, id);
      }
      return this;
    }

    /** An empty value is one that is not known. */
    public Builder attribute(Attribute attribute, String value) {
      if (!value.isEmpty()) {
        attributes.put(attribute, value);
      }
      return this;
    }

    public Builder signupTimeMs(long value) {
      signupTimeMs = value;
      return this;
    }

    public Builder age(int value) {
      age = value;
      return this;
    }

    public Builder pieces(int value) {
      pieces = value;
      return this;
    }

    public Builder clicksBefore(int value) {
      clicksBefore = value;
      return this;
    }

    public OrderFacts build() {
      return new OrderFacts(
          orderId, timeMs, amountMinor, ids, attributes, signupTimeMs, age, pieces, clicksBefore);
    }
  }
}

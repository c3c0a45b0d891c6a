package io.shopstream.streams.fraud.features;

/**
 * What is counted as distinct partners of an entity: the users of a device, the cards of a user,
 * and so on.
 */
public enum Partner {
  USER(0, "users", "user"),
  CARD(1, "cards", "card"),
  DEVICE(2, "devices", "device"),
  IP(3, "ips", "IP address"),
  EMAIL(4, "emails", "e-mail address"),
  ADDRESS(5, "addresses", "shipping address"),
  SELLER(6, "sellers", "seller"),
  COUNTRY(7, "countries", "shipping country");

  /** Number of partners. */
  static final int COUNT = 8;

  private final int code;
  private final String plural;
  private final String words;

  Partner(int code, String plural, String words) {
    this.code = code;
    this.plural = plural;
    this.words = words;
  }

  /** The place in an {@link OrderPart}; part of the binary formats, never changed. */
  public int code() {
    return code;
  }

  /** As used in the names of features: {@code users}. */
  public String plural() {
    return plural;
  }

  /** For a person: {@code IP address}. */
  public String words() {
    return words;
  }
}

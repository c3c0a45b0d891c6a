package io.shopstream.streams.fraud.features;

import java.util.List;

/** A party to an order whose past is remembered. */
public enum EntityType {
  USER(0, "user", "user"),
  CARD(1, "card", "card"),
  DEVICE(2, "device", "device"),
  IP(3, "ip", "IP address"),
  EMAIL(4, "email", "e-mail address"),
  ADDRESS(5, "address", "shipping address"),
  SELLER(6, "seller", "seller");

  private final int code;
  private final String key;
  private final String words;

  EntityType(int code, String key, String words) {
    this.code = code;
    this.key = key;
    this.words = words;
  }

  /** A number that stands for the type in the binary formats; never changed. */
  public int code() {
    return code;
  }

  /** As used in configuration, keys and the names of features. */
  public String key() {
    return key;
  }

  /** For a person. */
  public String words() {
    return words;
  }

  /** The same thing, as somebody else's partner. */
  public Partner asPartner() {
    return Partner.valueOf(name());
  }

  /** The partners whose distinct number is kept, in the order of the binary value: append only. */
  public List<Partner> partners() {
    return switch (this) {
      case USER ->
          List.of(
              Partner.CARD,
              Partner.DEVICE,
              Partner.IP,
              Partner.EMAIL,
              Partner.ADDRESS,
              Partner.SELLER,
              Partner.COUNTRY);
      case CARD -> List.of(Partner.USER, Partner.DEVICE, Partner.IP, Partner.COUNTRY);
      case DEVICE -> List.of(Partner.USER, Partner.CARD, Partner.IP, Partner.EMAIL);
      case IP -> List.of(Partner.USER, Partner.CARD, Partner.DEVICE);
      case EMAIL -> List.of(Partner.USER, Partner.CARD);
      case ADDRESS -> List.of(Partner.USER, Partner.CARD);
      case SELLER -> List.of(Partner.USER, Partner.CARD);
    };
  }

  /**
   * The type of a {@link #code}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static EntityType ofCode(int code) {
    for (EntityType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("an entity of code " + code + " is not known");
  }

  /**
   * Reads a name from a configuration.
   *
   * @throws IllegalArgumentException naming the possible values
   */
  public static EntityType of(String key) {
    for (EntityType type : values()) {
      if (type.key.equals(key)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown entity «" + key + "»; known: user, card, device, ip, email, address, seller");
  }
}

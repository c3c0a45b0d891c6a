package io.shopstream.events.feedback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names lists of recommendations so that what becomes of them can be told: the name says which
 * strategy and variant made the list, and for whom and when, and carries a code that only who has
 * the key can make. At most 64 bytes of ASCII:
 *
 * <pre>
 *   1 place . variant . strategy . time in base 36 . number . code
 * </pre>
 *
 * The code is the first 8 bytes of an HMAC-SHA-256 over all before it and the subject, the user (or
 * visitor) that the list was made for. Without a key of its own a deployment has a well-known one:
 * the code then tells a mistake, but no forgery.
 *
 * <p>Safe for use by several threads.
 */
public final class RecommendationIds {

  /** What a variant or a strategy may be called. */
  public static final String NAME = "[a-z0-9][a-z0-9-]{0,11}";

  /** Subject of a list that was made for nobody in particular. */
  public static final String NOBODY = "";

  private static final int LONGEST_NAME = 12;
  private static final Pattern FORM =
      Pattern.compile(
          "1[ivu]\\.%s\\.%1$s\\.[0-9a-z]{1,13}\\.[A-Za-z0-9_-]{11}\\.[A-Za-z0-9_-]{11}"
              .formatted(NAME));
  private static final int LONGEST = 64;
  private static final String ALGORITHM = "HmacSHA256";
  private static final String WELL_KNOWN_KEY = "shopstream";
  private static final int CODE_BYTES = 8;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** Where a list is shown: next to an item, next to a visit or basket, or to a user. */
  public enum Place {
    ITEM('i'),
    VISIT('v'),
    USER('u');

    private final char letter;

    Place(char letter) {
      this.letter = letter;
    }

    private static Optional<Place> of(char letter) {
      for (var place : values()) {
        if (place.letter == letter) {
          return Optional.of(place);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * What a name says.
   *
   * @param timeMs when the list was made, in milliseconds since 1970-01-01 UTC
   * @param number tells lists of one time apart
   */
  public record Recommendation(
      Place place, String variant, String strategy, long timeMs, long number) {}

  /** Each thread has its own, which knows the key already and begins anew after each code. */
  private final ThreadLocal<Mac> macs;

  /**
   * Names with a key.
   *
   * @param key secret shared by all that make and check names; empty for the well-known one
   */
  public RecommendationIds(String key) {
    var secret =
        new SecretKeySpec(
            (key.isEmpty() ? WELL_KNOWN_KEY : key).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    macs = ThreadLocal.withInitial(() -> mac(secret));
  }

  /**
   * Names a list.
   *
   * @param subject user or visitor that it is for, or {@link #NOBODY}
   * @throws IllegalArgumentException when variant or strategy is no {@link #NAME}
   */
  public String issue(Recommendation recommendation, String subject) {
    if (!isName(recommendation.variant()) || !isName(recommendation.strategy())) {
      throw new IllegalArgumentException(
          "Variant and strategy must be 1 to 12 small letters, digits or hyphens, not %s and %s"
              .formatted(recommendation.variant(), recommendation.strategy()));
    }
    var number = ByteBuffer.allocate(Long.BYTES).putLong(recommendation.number()).array();
    var named =
        "1"
            + recommendation.place().letter
            + "."
            + recommendation.variant()
            + "."
            + recommendation.strategy()
            + "."
            + Long.toString(recommendation.timeMs(), 36)
            + "."
            + ENCODER.encodeToString(number);
    return named + "." + code(named, subject);
  }

  /** Whether a text is a {@link #NAME}; each list has two of them. */
  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME || text.charAt(0) == '-') {
      return false;
    }
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a text has the form of a name, whoever it was made for and with whichever key. A
   * shopper may come by a list of another's (one that was sent by mail, or shown before the login),
   * so this is all that a click can be held to.
   */
  public static boolean hasForm(String id) {
    return id.length() <= LONGEST && FORM.matcher(id).matches();
  }

  /**
   * Reads a name.
   *
   * @param subjects who it may be for; {@link #NOBODY} is always among them
   * @return empty when it was not made with this key for one of them
   */
  public Optional<Recommendation> verify(String id, String... subjects) {
    var end = id.lastIndexOf('.');
    var parts = id.split("\\.", -1);
    if (parts.length != 6
        || id.length() > LONGEST
        || parts[0].length() != 2
        || id.charAt(0) != '1') {
      return Optional.empty();
    }
    var named = id.substring(0, end);
    var given = id.substring(end + 1);
    var genuine = isCode(given, named, NOBODY);
    for (var i = 0; i < subjects.length && !genuine; i++) {
      genuine = subjects[i] != null && isCode(given, named, subjects[i]);
    }
    if (!genuine) {
      return Optional.empty();
    }
    var time = Long.parseLong(parts[3], 36);
    var number = ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts[4])).getLong();
    return Place.of(parts[0].charAt(1))
        .map(place -> new Recommendation(place, parts[1], parts[2], time, number));
  }

  private boolean isCode(String given, String named, String subject) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8),
        code(named, subject).getBytes(StandardCharsets.UTF_8));
  }

  private String code(String named, String subject) {
    var mac = macs.get();
    mac.update(named.getBytes(StandardCharsets.UTF_8));
    mac.update((byte) 0);
    var full = mac.doFinal(subject.getBytes(StandardCharsets.UTF_8));
    return ENCODER.encodeToString(Arrays.copyOf(full, CODE_BYTES));
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java runtime has " + ALGORITHM, e);
    }
  }
}

package io.shopstream.streams.profile.taste;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the catalogue says of an item, as far as tastes go.
 *
 * @param category narrowest category in UTF-8; empty when unknown
 * @param brand in UTF-8; empty when unknown
 * @param priceMinor in the minor unit of the currency; negative when unknown
 */
@SuppressWarnings("ArrayRecordComponent") // made once an item, compared never
public record ItemTraits(byte[] category, byte[] brand, long priceMinor) {

  /** Names longer than this, in bytes of UTF-8, are no taste: a profile is small. */
  public static final int MAX_NAME_BYTES = 64;

  /** Of an item that the catalogue does not know. */
  public static final ItemTraits UNKNOWN = new ItemTraits(new byte[0], new byte[0], -1);

  /** Of an item; names that are missing or too long count as unknown. */
  public static ItemTraits of(
      Optional<String> category, Optional<String> brand, Optional<Long> priceMinor) {
    return new ItemTraits(name(category), name(brand), priceMinor.orElse(-1L));
  }

  private static byte[] name(Optional<String> name) {
    return name.map(text -> text.getBytes(StandardCharsets.UTF_8))
        .filter(utf8 -> utf8.length <= MAX_NAME_BYTES)
        .orElse(UNKNOWN.category);
  }
}

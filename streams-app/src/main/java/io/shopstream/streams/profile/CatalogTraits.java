package io.shopstream.streams.profile;

import io.shopstream.events.CatalogItem;
import io.shopstream.events.state.ItemHash;
import io.shopstream.streams.profile.taste.ItemTraits;
import java.time.Duration;
import java.util.Optional;

/**
 * What the catalogue says of the items that are touched now, in front of the catalogue's table:
 * looking there and decoding would cost more than the rest of a click. A change in the catalogue
 * counts for the events processed after {@link #FRESH}; what was counted before stays as it was. An
 * item that the catalogue does not know has no category and no brand; it is looked up again after
 * {@link #UNKNOWN_FOR}, and so is every item while the catalogue is empty. Used by one thread.
 *
 * <p>Answers stand in arrays by the hash of the item, two places for each: a map would have new
 * objects put into old ones with every click, and the collector looks at all of those while
 * everything stands still.
 */
final class CatalogTraits {

  /** How long an answer of the table serves. */
  static final Duration FRESH = Duration.ofMinutes(1);

  /** The same where the table knew nothing. */
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(1);

  private static final int PLACES = 1 << 16;

  /** The table of the catalogue. */
  interface Table {
    /** What stands there of an item. */
    Optional<CatalogItem> find(String itemId);

    boolean isEmpty();
  }

  private final Table table;
  private final long[] hashes = new long[PLACES];
  private final long[] untilMs = new long[PLACES];
  private final ItemTraits[] traits = new ItemTraits[PLACES];
  private boolean empty;
  private long emptyKnownUntilMs;

  CatalogTraits(Table table) {
    this.table = table;
  }

  /**
   * What the catalogue says of an item; null for no item.
   *
   * @param nowMs by the wall clock
   */
  ItemTraits of(String itemId, long nowMs) {
    if (itemId == null || isEmpty(nowMs)) {
      return ItemTraits.UNKNOWN;
    }
    var hash = ItemHash.of(itemId);
    var first = (int) hash & PLACES - 1;
    var second = first ^ 1;
    if (serves(first, hash, nowMs)) {
      return traits[first];
    }
    if (serves(second, hash, nowMs)) {
      return traits[second];
    }
    var item = table.find(itemId);
    // The place of the answer that is over soonest; one that is over already is.
    var place = untilMs[first] <= untilMs[second] ? first : second;
    hashes[place] = hash;
    untilMs[place] = nowMs + (item.isPresent() ? FRESH : UNKNOWN_FOR).toMillis();
    traits[place] = item.map(CatalogTraits::traits).orElse(ItemTraits.UNKNOWN);
    return traits[place];
  }

  /** Of the table, which is asked once in {@link #UNKNOWN_FOR}, and not for every unknown item. */
  private boolean isEmpty(long nowMs) {
    if (nowMs >= emptyKnownUntilMs) {
      empty = table.isEmpty();
      emptyKnownUntilMs = nowMs + UNKNOWN_FOR.toMillis();
    }
    return empty;
  }

  private boolean serves(int place, long hash, long nowMs) {
    return hashes[place] == hash && nowMs < untilMs[place];
  }

  private static ItemTraits traits(CatalogItem item) {
    var path = item.getCategoryPath();
    return ItemTraits.of(
        path.isEmpty() ? Optional.empty() : Optional.of(path.get(path.size() - 1)),
        Optional.ofNullable(item.getBrand()),
        Optional.ofNullable(item.getPriceMinor()));
  }
}

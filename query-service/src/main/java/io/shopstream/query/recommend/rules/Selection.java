package io.shopstream.query.recommend.rules;

import io.shopstream.query.catalog.ContentIndex;
import io.shopstream.query.catalog.Item;
import io.shopstream.query.recommend.chain.Proposal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Chooses what is shown from what was proposed. The next item is the one with the most left of its
 * score after what makes it like those above it is taken off,
 *
 * <pre>
 *   score(i) · (1 − diversity · max over chosen j of likeness(i, j))
 * </pre>
 *
 * (after Carbonell, Goldstein: «The use of MMR, diversity-based reranking …», SIGIR 1998; a product
 * instead of a sum, so that it does not depend on the scale of scores), as long as its brand and
 * its category have room.
 */
public final class Selection {

  private static final double SAME_BRAND = 0.8;
  private static final double SAME_CATEGORY = 0.5;

  private final Rules rules;
  private final double diversity;
  private final LongFunction<Item> items;
  private final LongFunction<ContentIndex.Vector> vectors;

  /**
   * Selection by rules.
   *
   * @param diversity 0 to 1
   * @param items the catalogue by hash; null for what it does not know
   * @param vectors what the catalogue says of an item, by hash
   */
  public Selection(
      Rules rules,
      double diversity,
      LongFunction<Item> items,
      LongFunction<ContentIndex.Vector> vectors) {
    this.rules = rules;
    this.diversity = diversity;
    this.items = items;
    this.vectors = vectors;
  }

  /** A proposal under way. */
  private static final class Entry {
    private final Proposal proposal;
    private final Item item;
    private final ContentIndex.Vector vector;
    private double likeness;

    private Entry(Proposal proposal, Item item, ContentIndex.Vector vector) {
      this.proposal = proposal;
      this.item = item;
      this.vector = vector;
    }
  }

  /** The proposals to show, best first: as many as the rules let through, at most the limit. */
  public List<Proposal> of(List<Proposal> proposals) {
    var left = new ArrayList<Entry>(proposals.size());
    for (var proposal : proposals) {
      var hash = proposal.candidate().itemHash();
      left.add(new Entry(proposal, items.apply(hash), diversity > 0 ? vectors.apply(hash) : null));
    }
    left.sort(
        Comparator.comparingDouble((Entry entry) -> -entry.proposal.score())
            .thenComparing(entry -> entry.proposal.candidate().itemId()));
    var chosen = new ArrayList<Proposal>(rules.limit());
    var ofBrand = new HashMap<String, Integer>();
    var ofCategory = new HashMap<String, Integer>();
    while (chosen.size() < rules.limit() && !left.isEmpty()) {
      var next = left.remove(strongest(left));
      if (!hasRoom(ofBrand, brand(next.item), rules.maxPerBrand())
          || !hasRoom(ofCategory, category(next.item), rules.mostOfACategory())) {
        continue;
      }
      count(ofBrand, brand(next.item));
      count(ofCategory, category(next.item));
      chosen.add(next.proposal);
      if (diversity > 0) {
        for (var entry : left) {
          entry.likeness = Math.max(entry.likeness, likeness(entry, next));
        }
      }
    }
    return chosen;
  }

  private int strongest(List<Entry> left) {
    if (diversity == 0) {
      return 0; // they are in order
    }
    var best = 0;
    var most = -1.0;
    for (var i = 0; i < left.size(); i++) {
      var entry = left.get(i);
      var value = entry.proposal.score() * (1 - diversity * entry.likeness);
      if (value > most) {
        most = value;
        best = i;
      }
    }
    return best;
  }

  private static double likeness(Entry one, Entry other) {
    var likeness = 0.0;
    if (brand(one.item) != null && brand(one.item).equals(brand(other.item))) {
      likeness = SAME_BRAND;
    } else if (category(one.item) != null && category(one.item).equals(category(other.item))) {
      likeness = SAME_CATEGORY;
    }
    return one.vector == null || other.vector == null
        ? likeness
        : Math.max(likeness, one.vector.cosine(other.vector));
  }

  private static boolean hasRoom(Map<String, Integer> counts, String name, int most) {
    return name == null || counts.getOrDefault(name, 0) < most;
  }

  private static void count(Map<String, Integer> counts, String name) {
    if (name != null) {
      counts.merge(name, 1, Integer::sum);
    }
  }

  private static String brand(Item item) {
    return item == null || item.brand() == null ? null : item.brand().toLowerCase(Locale.ROOT);
  }

  private static String category(Item item) {
    return item == null ? null : item.category();
  }
}

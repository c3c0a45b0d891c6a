package io.shopstream.query.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;

/**
 * What items are alike by what the catalogue says of them: the words of the title, the categories,
 * the brand and the price band of each are its terms; a term counts the more the fewer items have
 * it (TF-IDF; Salton, Buckley: «Term-weighting approaches in automatic text retrieval», 1988), and
 * two items are as alike as the cosine of their vectors. Kept up to date item by item: nothing is
 * built anew when the catalogue changes.
 *
 * <p>A search looks the terms of an item up from the rarest to the most frequent and visits a
 * bounded number of items, so what everything has in common costs nothing.
 *
 * <p>For one writing thread and any number of reading ones; a write holds readers up for
 * microseconds.
 */
public final class ContentIndex {

  /** Items that one search visits, at most. */
  private static final int MOST_VISITED = 20_000;

  /** Words of a title that count. */
  private static final int MOST_WORDS = 40;

  /** Below this two items are not alike. */
  private static final double LEAST_SIMILARITY = 0.1;

  /** The weights of terms are reckoned anew when the number of items changed by so much. */
  private static final double STALE = 0.05;

  /** What a term is of; its weight is how much it says compared with a word of the title. */
  private enum Field {
    WORD("", 1),
    CATEGORY("category ", 0.6f),
    BRAND("brand ", 0.8f),
    PRICE("price ", 0.3f);

    private final String label;
    private final float weight;

    Field(String label, float weight) {
      this.label = label;
      this.weight = weight;
    }
  }

  private record Term(Field field, String text) {}

  /** An item and its terms in ascending order. */
  private static final class Document {
    private final long hash;
    private final String itemId;
    private final int slot;
    private final int[] terms;

    private Document(long hash, String itemId, int slot, int[] terms) {
      this.hash = hash;
      this.itemId = itemId;
      this.slot = slot;
      this.terms = terms;
    }
  }

  /**
   * An item that is like another.
   *
   * @param similarity cosine, above 0 to 1
   * @param shared what both have in common, what says most first
   */
  public record Similar(String itemId, long itemHash, double similarity, List<String> shared) {}

  /** The terms of an item with their weights, of length 1. */
  public static final class Vector {
    private final int[] terms;
    private final float[] weights;

    private Vector(int[] terms, float[] weights) {
      this.terms = terms;
      this.weights = weights;
    }

    /** Cosine with another one of the same time, 0 to 1. */
    public double cosine(Vector other) {
      var sum = 0.0;
      for (int i = 0, j = 0; i < terms.length && j < other.terms.length; ) {
        if (terms[i] == other.terms[j]) {
          sum += weights[i++] * other.weights[j++];
        } else if (terms[i] < other.terms[j]) {
          i++;
        } else {
          j++;
        }
      }
      return Math.min(1, sum);
    }
  }

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final LongTable<Document> byHash = new LongTable<>();
  private final Map<Term, Integer> termIds = new HashMap<>();
  private final List<Integer> freeTerms = new ArrayList<>();
  private final List<Integer> freeSlots = new ArrayList<>();

  // By term: what it is, the items that have it, how many they are, its weight.
  private Term[] terms = new Term[1024];
  private int[][] postings = new int[1024][];
  private int[] frequencies = new int[1024];
  private float[] weights = new float[1024];
  private int termCount;

  private Document[] bySlot = new Document[1024];
  private int slotCount;
  private int weighedAt;

  /** Takes what the catalogue says of an item now; by the writing thread. */
  void put(
      long hash,
      String itemId,
      String title,
      List<String> categoryPath,
      String brand,
      Long priceMinor) {
    var now = termsOf(title, categoryPath, brand, priceMinor);
    var before = byHash.get(hash);
    if (before != null && isMadeOf(before, now)) {
      return; // most updates are about what can be bought
    }
    lock.writeLock().lock();
    try {
      if (before != null) {
        drop(before);
      }
      add(hash, itemId, now);
      weighAnewWhenStale();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Forgets an item; by the writing thread. */
  void remove(long hash) {
    var before = byHash.get(hash);
    if (before != null) {
      lock.writeLock().lock();
      try {
        drop(before);
        weighAnewWhenStale();
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  /** Number of items. */
  public int size() {
    return byHash.size();
  }

  /**
   * The items most like one, best first.
   *
   * @param allowed which items, by hash, may be among them; the item itself never is
   * @param limit most items to return
   * @return nothing when the catalogue does not know the item
   */
  public List<Similar> similar(long itemHash, LongPredicate allowed, int limit) {
    lock.readLock().lock();
    try {
      var item = byHash.get(itemHash);
      return item == null || limit < 1 ? List.of() : search(item, allowed, limit);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The vector of an item, without terms when the catalogue does not know it. */
  public Vector vector(long itemHash) {
    lock.readLock().lock();
    try {
      var item = byHash.get(itemHash);
      if (item == null) {
        return new Vector(new int[0], new float[0]);
      }
      var length = (float) Math.sqrt(squaredLength(item.terms));
      var ofItem = new float[item.terms.length];
      for (var i = 0; i < ofItem.length; i++) {
        ofItem[i] = weights[item.terms[i]] / length;
      }
      return new Vector(item.terms, ofItem);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Price band of a price: the number of its octave, floor(log2(price in minor units)). */
  public static int priceBand(long priceMinor) {
    return priceMinor < 1 ? 0 : 63 - Long.numberOfLeadingZeros(priceMinor);
  }

  // ------------------------------------------------------------------ searching, under the lock

  private record Found(Document item, double similarity) {}

  private List<Similar> search(Document item, LongPredicate allowed, int limit) {
    var best =
        new PriorityQueue<Found>(
            Comparator.comparingDouble(Found::similarity)
                .thenComparing(found -> found.item().itemId, Comparator.reverseOrder()));
    var length = Math.sqrt(squaredLength(item.terms));
    var visited = new BitSet(slotCount);
    visited.set(item.slot);
    var left = MOST_VISITED;
    for (var term : rarestFirst(item.terms)) {
      var ofTerm = postings[term];
      for (var i = 0; i < frequencies[term] && left > 0; i++) {
        var slot = ofTerm[i];
        if (visited.get(slot)) {
          continue;
        }
        visited.set(slot);
        left--;
        var other = bySlot[slot];
        var similarity =
            dot(item.terms, other.terms) / (length * Math.sqrt(squaredLength(other.terms)));
        if (similarity >= LEAST_SIMILARITY
            && (best.size() < limit || similarity > best.element().similarity())
            && allowed.test(other.hash)) {
          best.add(new Found(other, similarity));
          if (best.size() > limit) {
            best.remove();
          }
        }
      }
    }
    var similar = new ArrayList<Similar>(best.size());
    for (var found = best.poll(); found != null; found = best.poll()) {
      var other = found.item();
      similar.add(
          0,
          new Similar(
              other.itemId,
              other.hash,
              Math.min(1, found.similarity()),
              shared(item.terms, other.terms)));
    }
    return similar;
  }

  /** A price alone makes nothing alike, so items are not looked up by it. */
  private int[] rarestFirst(int[] ofItem) {
    return Arrays.stream(ofItem)
        .filter(term -> terms[term].field() != Field.PRICE)
        .boxed()
        .sorted(Comparator.comparingInt(term -> frequencies[term]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private double dot(int[] one, int[] other) {
    var sum = 0.0;
    for (int i = 0, j = 0; i < one.length && j < other.length; ) {
      if (one[i] == other[j]) {
        var weight = weights[one[i++]];
        sum += weight * weight;
        j++;
      } else if (one[i] < other[j]) {
        i++;
      } else {
        j++;
      }
    }
    return sum;
  }

  private double squaredLength(int[] ofItem) {
    var sum = 0.0;
    for (var term : ofItem) {
      sum += weights[term] * weights[term];
    }
    return sum;
  }

  private List<String> shared(int[] one, int[] other) {
    return Arrays.stream(one)
        .filter(term -> Arrays.binarySearch(other, term) >= 0)
        .filter(term -> terms[term].field() != Field.PRICE)
        .boxed()
        .sorted(Comparator.comparingDouble(term -> -weights[term]))
        .limit(3)
        .map(term -> terms[term].field().label + terms[term].text())
        .toList();
  }

  // ------------------------------------------------------------------ writing, under the lock

  private void add(long hash, String itemId, Set<Term> ofItem) {
    var slot = freeSlots.isEmpty() ? slotCount++ : freeSlots.remove(freeSlots.size() - 1);
    if (slot == bySlot.length) {
      bySlot = Arrays.copyOf(bySlot, slot * 2);
    }
    var ids = new int[ofItem.size()];
    var i = 0;
    for (var term : ofItem) {
      var id = termIds.get(term);
      if (id == null) {
        id = newTerm(term);
      }
      ids[i++] = id;
      var ofTerm = postings[id];
      if (frequencies[id] == ofTerm.length) {
        ofTerm = Arrays.copyOf(ofTerm, ofTerm.length * 2);
        postings[id] = ofTerm;
      }
      ofTerm[frequencies[id]++] = slot;
    }
    Arrays.sort(ids);
    var item = new Document(hash, itemId, slot, ids);
    bySlot[slot] = item;
    byHash.put(hash, item);
    for (var id : ids) {
      weigh(id);
    }
  }

  private int newTerm(Term term) {
    var id = freeTerms.isEmpty() ? termCount++ : freeTerms.remove(freeTerms.size() - 1);
    if (id == terms.length) {
      terms = Arrays.copyOf(terms, id * 2);
      postings = Arrays.copyOf(postings, id * 2);
      frequencies = Arrays.copyOf(frequencies, id * 2);
      weights = Arrays.copyOf(weights, id * 2);
    }
    terms[id] = term;
    postings[id] = new int[2];
    frequencies[id] = 0;
    termIds.put(term, id);
    return id;
  }

  private void drop(Document item) {
    byHash.remove(item.hash);
    bySlot[item.slot] = null;
    freeSlots.add(item.slot);
    for (var id : item.terms) {
      var ofTerm = postings[id];
      var last = --frequencies[id];
      for (var i = 0; i < last; i++) {
        if (ofTerm[i] == item.slot) {
          ofTerm[i] = ofTerm[last];
          break;
        }
      }
      if (last == 0) {
        termIds.remove(terms[id]);
        terms[id] = null;
        postings[id] = null;
        freeTerms.add(id);
      } else {
        weigh(id);
      }
    }
  }

  private void weigh(int id) {
    weights[id] =
        (float) (terms[id].field().weight * Math.log(1 + (double) byHash.size() / frequencies[id]));
  }

  private void weighAnewWhenStale() {
    if (Math.abs(byHash.size() - weighedAt) > STALE * weighedAt) {
      weighedAt = byHash.size();
      for (var id = 0; id < termCount; id++) {
        if (terms[id] != null) {
          weigh(id);
        }
      }
    }
  }

  private boolean isMadeOf(Document item, Set<Term> now) {
    if (item.terms.length != now.size()) {
      return false;
    }
    for (var term : now) {
      var id = termIds.get(term);
      if (id == null || Arrays.binarySearch(item.terms, id) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Set<Term> termsOf(
      String title, List<String> categoryPath, String brand, Long priceMinor) {
    var ofItem = new LinkedHashSet<Term>();
    var start = -1;
    for (var i = 0; i <= title.length() && ofItem.size() < MOST_WORDS; i++) {
      var inWord = i < title.length() && Character.isLetterOrDigit(title.charAt(i));
      if (inWord && start < 0) {
        start = i;
      } else if (!inWord && start >= 0) {
        if (i - start > 1) {
          ofItem.add(new Term(Field.WORD, stem(title.substring(start, i))));
        }
        start = -1;
      }
    }
    categoryPath.forEach(category -> ofItem.add(new Term(Field.CATEGORY, category)));
    if (brand != null) {
      ofItem.add(new Term(Field.BRAND, brand));
    }
    if (priceMinor != null) {
      ofItem.add(new Term(Field.PRICE, Integer.toString(priceBand(priceMinor))));
    }
    return ofItem;
  }

  /** Lower case, without the s of an English plural: cups are cups. */
  private static String stem(String word) {
    var lower = word.toLowerCase(Locale.ROOT);
    return lower.length() > 3 && lower.endsWith("s") && !lower.endsWith("ss")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }
}

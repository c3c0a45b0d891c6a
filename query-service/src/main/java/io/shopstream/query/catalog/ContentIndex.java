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
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
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
  private static final int MOST_VISITED = 2_000;

  /** Words that the beginning of one may stand for. */
  private static final int MOST_COMPLETIONS = 50;

  /** Words of a title that count. */
  private static final int MOST_WORDS = 40;

  /** Below this two items are not alike. */
  private static final double LEAST_SIMILARITY = 0.1;

  /** All weights are reckoned anew when so much of them changed. */
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
  private final NavigableMap<String, Integer> words = new TreeMap<>();
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
  private float[] lengths = new float[1024];
  private int changes;

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

  /**
   * The items whose titles hold words that somebody typed: those with most of the words first, then
   * those of which the words say most. The last word may be the beginning of one.
   *
   * @param allowed which items, by hash, may be among them
   * @param limit most items to return
   */
  public List<String> search(String typed, LongPredicate allowed, int limit) {
    lock.readLock().lock();
    try {
      var asked = new ArrayList<int[]>();
      var typedWords = words(typed);
      for (var i = 0; i < typedWords.size(); i++) {
        asked.add(known(typedWords.get(i), i == typedWords.size() - 1));
      }
      return search(asked, allowed, limit);
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
      var length = length(item.terms);
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
    double length = lengths[item.slot];
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
        var similarity = dot(item.terms, other.terms) / (length * lengths[slot]);
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

  private record Hit(Document item, int asked, double weight) {}

  /** Of each group one term will do. */
  private List<String> search(List<int[]> asked, LongPredicate allowed, int limit) {
    var hits = new ArrayList<Hit>();
    var visited = new BitSet(slotCount);
    var left = MOST_VISITED;
    for (var term : rarestFirst(asked.stream().flatMapToInt(Arrays::stream).toArray())) {
      var ofTerm = postings[term];
      for (var i = 0; i < frequencies[term] && left > 0; i++) {
        var item = bySlot[ofTerm[i]];
        if (!visited.get(item.slot)) {
          visited.set(item.slot);
          left--;
          if (allowed.test(item.hash)) {
            hits.add(hit(item, asked));
          }
        }
      }
    }
    hits.sort(
        Comparator.comparingInt((Hit hit) -> -hit.asked())
            .thenComparingDouble(hit -> -hit.weight())
            .thenComparing(hit -> hit.item().itemId));
    return hits.stream().limit(limit).map(hit -> hit.item().itemId).toList();
  }

  private Hit hit(Document item, List<int[]> asked) {
    var found = 0;
    var weight = 0.0;
    for (var group : asked) {
      var best = 0.0;
      for (var term : group) {
        if (Arrays.binarySearch(item.terms, term) >= 0) {
          best = Math.max(best, weights[term]);
        }
      }
      found += best > 0 ? 1 : 0;
      weight += best;
    }
    return new Hit(item, found, weight / lengths[item.slot]);
  }

  /** The terms that a word stands for. */
  private int[] known(String word, boolean perhapsNotWhole) {
    if (perhapsNotWhole) {
      return words.subMap(word, true, word + Character.MAX_VALUE, false).values().stream()
          .limit(MOST_COMPLETIONS)
          .mapToInt(Integer::intValue)
          .toArray();
    }
    var id = words.get(word);
    return id == null ? new int[0] : new int[] {id};
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

  private float length(int[] ofItem) {
    var sum = 0.0;
    for (var term : ofItem) {
      sum += weights[term] * weights[term];
    }
    return (float) Math.sqrt(sum);
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
      lengths = Arrays.copyOf(lengths, slot * 2);
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
    lengths[slot] = length(ids);
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
    if (term.field() == Field.WORD) {
      words.put(term.text(), id);
    }
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
        if (terms[id].field() == Field.WORD) {
          words.remove(terms[id].text());
        }
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

  /** Other items have the terms of one that changed, too; they may wait a little. */
  private void weighAnewWhenStale() {
    if (++changes > STALE * byHash.size()) {
      changes = 0;
      for (var id = 0; id < termCount; id++) {
        if (terms[id] != null) {
          weigh(id);
        }
      }
      for (var slot = 0; slot < slotCount; slot++) {
        if (bySlot[slot] != null) {
          lengths[slot] = length(bySlot[slot].terms);
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
    words(title).forEach(word -> ofItem.add(new Term(Field.WORD, word)));
    categoryPath.forEach(category -> ofItem.add(new Term(Field.CATEGORY, category)));
    if (brand != null) {
      ofItem.add(new Term(Field.BRAND, brand));
    }
    if (priceMinor != null) {
      ofItem.add(new Term(Field.PRICE, Integer.toString(priceBand(priceMinor))));
    }
    return ofItem;
  }

  /** The different words of a text, as they are compared. */
  private static List<String> words(String text) {
    var found = new LinkedHashSet<String>();
    var start = -1;
    for (var i = 0; i <= text.length() && found.size() < MOST_WORDS; i++) {
      var inWord = i < text.length() && Character.isLetterOrDigit(text.charAt(i));
      if (inWord && start < 0) {
        start = i;
      } else if (!inWord && start >= 0) {
        if (i - start > 1) {
          found.add(stem(text.substring(start, i)));
        }
        start = -1;
      }
    }
    return List.copyOf(found);
  }

  /** Lower case, without the s of an English plural: cups are cups. */
  private static String stem(String word) {
    var lower = word.toLowerCase(Locale.ROOT);
    return lower.length() > 3 && lower.endsWith("s") && !lower.endsWith("ss")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }
}

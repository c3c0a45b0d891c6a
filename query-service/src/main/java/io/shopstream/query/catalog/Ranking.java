package io.shopstream.query.catalog;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * The items of the shop at one time, by how popular they are and by how much they rise. Never
 * changed, only replaced.
 *
 * <p>An item rises when it is seen more lately than its own past lets expect. Of the visits lately,
 * r(i) an item and R in all, an item is expected to have its share of the past, e(i) = R · w(i) /
 * W; taking the shop's own R takes out the hour of the day and the season, which raise everything.
 * By chance r varies by about the root of e, so the rise is
 *
 * <pre>
 *   rise(i) = (r(i) − e(i)) / √(e(i) + doubt)
 * </pre>
 *
 * a number of standard deviations, where the doubt keeps two visits from being a trend.
 *
 * <p>Kept in columns, and {@link Ranked} is made of them for who looks: one is replaced every few
 * seconds, and an object an item was what the collector copied most, while questions waited.
 */
public final class Ranking {

  /** Below this a rise may be chance. */
  static final double LEAST_RISE = 2;

  private static final double DOUBT = 2;

  /** Below so many visits lately in the whole shop nothing rises. */
  private static final double QUIET = 1;

  /** Items of a category or a brand that are proposed. */
  private static final int MOST_OF_A_GROUP = 100;

  /**
   * What is known of an item.
   *
   * @param weight decayed number of visits and orders with it
   * @param recent the same of what was lately
   * @param updatedTimeMs when the catalogue spoke of it; 0 when it does not know it
   */
  record Known(
      String itemId,
      long itemHash,
      List<String> categoryPath,
      String brand,
      double weight,
      double recent,
      long updatedTimeMs) {}

  /**
   * An item in the ranking.
   *
   * @param weight decayed number of visits and orders with it, 0 when it was never seen
   * @param recent the same of what was lately
   * @param expected what its past let expect of it lately
   * @param rise in standard deviations
   */
  public record Ranked(
      String itemId, long itemHash, double weight, double recent, double expected, double rise) {}

  /** Of nothing. */
  public static final Ranking EMPTY = new Builder(0).build();

  // In the order of popularity.
  private final String[] itemIds;
  private final long[] itemHashes;
  private final double[] weights;
  private final double[] recents;
  private final double recentShare;

  // Of each list the places in these columns, in the list's order.
  private final int[] rising;
  private final Map<String, Places> popularByCategory = new HashMap<>();
  private final Map<String, Places> risingByCategory = new HashMap<>();
  private final Map<String, Places> popularByBrand = new HashMap<>();

  private Ranking(Builder items) {
    var size = items.size;
    itemIds = new String[size];
    itemHashes = new long[size];
    weights = new double[size];
    recents = new double[size];
    var weightOfAll = sum(items.weights, size);
    var recentOfAll = sum(items.recents, size);
    recentShare = weightOfAll > 0 ? recentOfAll / weightOfAll : 0;
    var order = items.byPopularity();
    for (var place = 0; place < size; place++) {
      var item = order[place];
      itemIds[place] = items.itemIds[item];
      itemHashes[place] = items.itemHashes[item];
      weights[place] = items.weights[item];
      recents[place] = items.recents[item];
      for (var category : items.categoryPaths[item]) {
        add(popularByCategory, category, place);
      }
      if (items.brands[item] != null) {
        add(popularByBrand, items.brands[item], place);
      }
    }
    rising = recentOfAll >= QUIET ? risers() : new int[0];
    for (var place : rising) {
      for (var category : items.categoryPaths[order[place]]) {
        add(risingByCategory, category, place);
      }
    }
  }

  private static double sum(double[] values, int size) {
    var sum = 0.0;
    for (var i = 0; i < size; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static void add(Map<String, Places> groups, String name, int place) {
    groups.computeIfAbsent(name, unused -> new Places()).add(place);
  }

  private int[] risers() {
    var risers = new Places();
    for (var place = 0; place < weights.length; place++) {
      if (rise(place) >= LEAST_RISE) {
        risers.add(place);
      }
    }
    return risers.sorted(
        Comparator.comparingDouble((Integer place) -> -rise(place))
            .thenComparing(place -> itemIds[place]));
  }

  private double expected(int place) {
    return weights[place] * recentShare;
  }

  private double rise(int place) {
    var expected = expected(place);
    return (recents[place] - expected) / Math.sqrt(expected + DOUBT);
  }

  /** Ranks items. */
  static Ranking of(List<Known> items) {
    var builder = new Builder(items.size());
    items.forEach(builder::add);
    return builder.build();
  }

  /** Takes in the items that are to be ranked, each once. */
  static final class Builder {
    private int size;
    private String[] itemIds;
    private long[] itemHashes;
    private List<String>[] categoryPaths;
    private String[] brands;
    private double[] weights;
    private double[] recents;
    private long[] updatedTimesMs;

    /**
     * Has nothing yet.
     *
     * @param items about how many will come
     */
    Builder(int items) {
      var room = Math.max(16, items);
      itemIds = new String[room];
      itemHashes = new long[room];
      categoryPaths = lists(room);
      brands = new String[room];
      weights = new double[room];
      recents = new double[room];
      updatedTimesMs = new long[room];
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // nothing but null is in it
    private static List<String>[] lists(int room) {
      return new List[room];
    }

    void add(Known item) {
      if (size == itemIds.length) {
        grow(2 * size);
      }
      itemIds[size] = item.itemId();
      itemHashes[size] = item.itemHash();
      categoryPaths[size] = item.categoryPath();
      brands[size] = item.brand();
      weights[size] = item.weight();
      recents[size] = item.recent();
      updatedTimesMs[size] = item.updatedTimeMs();
      size++;
    }

    private void grow(int room) {
      itemIds = Arrays.copyOf(itemIds, room);
      itemHashes = Arrays.copyOf(itemHashes, room);
      categoryPaths = Arrays.copyOf(categoryPaths, room);
      brands = Arrays.copyOf(brands, room);
      weights = Arrays.copyOf(weights, room);
      recents = Arrays.copyOf(recents, room);
      updatedTimesMs = Arrays.copyOf(updatedTimesMs, room);
    }

    Ranking build() {
      return new Ranking(this);
    }

    /**
     * The items, the heaviest first; of equals the one updated last, then by id. What decides
     * nearly always, the weight as a float, is sorted as a number with the item's in its lower
     * half; only what is equal there is compared in full.
     */
    private int[] byPopularity() {
      var keys = new long[size];
      for (var item = 0; item < size; item++) {
        var bits = Float.floatToIntBits((float) weights[item]);
        // As integers, floats are in order but for the negative ones, which are upside down.
        var ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        keys[item] = ((long) ~ascending << 32) | item;
      }
      Arrays.sort(keys);
      var order = new int[size];
      for (var i = 0; i < size; i++) {
        order[i] = (int) keys[i];
      }
      for (int first = 0, end; first < size; first = end) {
        end = first + 1;
        while (end < size && keys[end] >> 32 == keys[first] >> 32) {
          end++;
        }
        if (end - first > 1) {
          sort(order, first, end, fully());
        }
      }
      return order;
    }

    private Comparator<Integer> fully() {
      return Comparator.comparingDouble((Integer item) -> -weights[item])
          .thenComparingLong(item -> -updatedTimesMs[item])
          .thenComparing(item -> itemIds[item]);
    }
  }

  private static void sort(int[] numbers, int first, int end, Comparator<Integer> comparator) {
    var boxed = new Integer[end - first];
    for (var i = first; i < end; i++) {
      boxed[i - first] = numbers[i];
    }
    Arrays.sort(boxed, comparator);
    for (var i = first; i < end; i++) {
      numbers[i] = boxed[i - first];
    }
  }

  /** Places in the columns. */
  private static final class Places {
    private int[] places = new int[4];
    private int size;

    void add(int place) {
      if (size == places.length) {
        places = Arrays.copyOf(places, 2 * size);
      }
      places[size++] = place;
    }

    int[] sorted(Comparator<Integer> comparator) {
      sort(places, 0, size, comparator);
      return Arrays.copyOf(places, size);
    }
  }

  /** What stands at places of the columns. */
  private final class View extends AbstractList<Ranked> implements RandomAccess {
    private final int size;
    private final IntUnaryOperator places;

    View(int size, IntUnaryOperator places) {
      this.size = size;
      this.places = places;
    }

    @Override
    public Ranked get(int index) {
      return ranked(places.applyAsInt(Objects.checkIndex(index, size)));
    }

    @Override
    public int size() {
      return size;
    }
  }

  private Ranked ranked(int place) {
    return new Ranked(
        itemIds[place],
        itemHashes[place],
        weights[place],
        recents[place],
        expected(place),
        rise(place));
  }

  private List<Ranked> first(Map<String, Places> groups, String name, int most) {
    var group = groups.get(name);
    return group == null
        ? List.of()
        : new View(Math.min(group.size, most), index -> group.places[index]);
  }

  /**
   * All items, the most popular first; those never seen last, what is newest in the catalogue first
   * of them.
   */
  public List<Ranked> popular() {
    return new View(itemIds.length, index -> index);
  }

  /** Items that rise, the fastest first; none when the shop is quiet. */
  public List<Ranked> rising() {
    return new View(rising.length, index -> rising[index]);
  }

  /** The most popular of a category of any level. */
  public List<Ranked> popularIn(String category) {
    return first(popularByCategory, category, MOST_OF_A_GROUP);
  }

  /** All items of a category of any level, the most popular first. */
  public List<Ranked> allIn(String category) {
    return first(popularByCategory, category, Integer.MAX_VALUE);
  }

  /** The categories of all levels. */
  public Set<String> categories() {
    return popularByCategory.keySet();
  }

  /** The fastest rising of a category of any level. */
  public List<Ranked> risingIn(String category) {
    return first(risingByCategory, category, MOST_OF_A_GROUP);
  }

  /** The most popular of a brand. */
  public List<Ranked> popularOf(String brand) {
    return first(popularByBrand, brand, MOST_OF_A_GROUP);
  }
}

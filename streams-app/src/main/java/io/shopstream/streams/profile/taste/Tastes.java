package io.shopstream.streams.profile.taste;

import io.shopstream.events.Affinity;
import io.shopstream.events.AffinityDimension;
import io.shopstream.events.state.ForwardDecay;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What categories, brands and price bands a user is drawn to. Each touch of an item adds to the
 * weight of its category, its brand and its price band, and weights fade with a half-life of {@link
 * #HALF_LIFE}; a purchase says more than a basket, and a basket more than a look.
 *
 * <p>Weights are as of a landmark (forward decay), so an event that comes late gets what it would
 * have had in time; the landmark moves on when the weights grow too large for a float.
 */
public final class Tastes {
  /** Weight of looking at an item. */
  public static final float VIEWED = 1;

  /** Weight of putting it into the basket. */
  public static final float PUT_INTO_BASKET = 3;

  /** Weight of buying it. */
  public static final float BOUGHT = 5;

  /** Age at which a taste counts half. */
  public static final Duration HALF_LIFE = Duration.ofDays(30);

  /** Names of a dimension that are told. */
  public static final int MAX_TOLD = 8;

  /** Names kept, a few more: a name that has just come must be able to grow. */
  private static final int MAX_KEPT = 12;

  private static final double MAX_GROWTH = 1 << 20;
  private static final byte[][] BANDS = bands();
  private static final Comparator<Affinity> STRONGEST_FIRST =
      Comparator.comparingDouble(Affinity::getShare).reversed();

  private long landmarkMs;
  private HeavyHitters categories = new HeavyHitters();
  private HeavyHitters brands = new HeavyHitters();
  private HeavyHitters bands = new HeavyHitters();

  private static byte[][] bands() {
    var bands = new byte[Long.SIZE][];
    for (int octave = 0; octave < bands.length; octave++) {
      bands[octave] = Integer.toString(octave).getBytes(StandardCharsets.UTF_8);
    }
    return bands;
  }

  private boolean isEmpty() {
    return categories.size() + brands.size() + bands.size() == 0;
  }

  /**
   * An item was touched.
   *
   * @param item what the catalogue says of it
   * @param priceMinor of the event, in the minor unit; negative when it tells none, then the
   *     catalogue's counts
   * @param timeMs of the event, in milliseconds since 1970-01-01 UTC
   * @param weight as of the event; negative when it is taken back
   */
  public void touched(ItemTraits item, long priceMinor, long timeMs, float weight) {
    if (isEmpty()) {
      landmarkMs = timeMs;
    }
    var growth = ForwardDecay.factor(landmarkMs, timeMs, HALF_LIFE.toMillis());
    // The factor is what the landmark's unit is worth at the event; an event's unit is its inverse.
    growth = 1 / growth;
    if (growth > MAX_GROWTH) {
      moveLandmark(timeMs);
      growth = 1;
    }
    var gained = (float) (weight * growth);
    if (item.category().length > 0) {
      categories.add(item.category(), gained, MAX_KEPT);
    }
    if (item.brand().length > 0) {
      brands.add(item.brand(), gained, MAX_KEPT);
    }
    var price = priceMinor >= 0 ? priceMinor : item.priceMinor();
    if (price > 0) {
      bands.add(BANDS[Long.SIZE - 1 - Long.numberOfLeadingZeros(price)], gained, MAX_KEPT);
    }
  }

  private void moveLandmark(long toMs) {
    var fade = ForwardDecay.factor(landmarkMs, toMs, HALF_LIFE.toMillis());
    categories.scale(fade);
    brands.scale(fade);
    bands.scale(fade);
    landmarkMs = toMs;
  }

  /** Takes over what is known of another, who turned out to be the same person. */
  public void addAll(Tastes other) {
    if (other.isEmpty()) {
      return;
    }
    if (isEmpty()) {
      landmarkMs = other.landmarkMs;
    }
    if (other.landmarkMs > landmarkMs) {
      moveLandmark(other.landmarkMs);
    }
    var fade = ForwardDecay.factor(other.landmarkMs, landmarkMs, HALF_LIFE.toMillis());
    other.categories.forEach((n, weight) -> categories.add(n, (float) (weight * fade), MAX_KEPT));
    other.brands.forEach((n, weight) -> brands.add(n, (float) (weight * fade), MAX_KEPT));
    other.bands.forEach((n, weight) -> bands.add(n, (float) (weight * fade), MAX_KEPT));
  }

  /** The tastes by dimension, strongest first, at most {@value #MAX_TOLD} a dimension. */
  public List<Affinity> affinities() {
    var told = new ArrayList<Affinity>();
    tell(AffinityDimension.CATEGORY, categories, told);
    tell(AffinityDimension.BRAND, brands, told);
    tell(AffinityDimension.PRICE_BAND, bands, told);
    return told;
  }

  private static void tell(
      AffinityDimension dimension, HeavyHitters hitters, List<Affinity> target) {
    var all = new ArrayList<Affinity>(hitters.size());
    hitters.forEach(
        (name, weight) ->
            all.add(new Affinity(dimension, new String(name, StandardCharsets.UTF_8), weight)));
    var sum = 0.0;
    for (var taste : all) {
      sum += taste.getShare();
    }
    all.sort(STRONGEST_FIRST);
    for (var taste : all.subList(0, Math.min(MAX_TOLD, all.size()))) {
      target.add(new Affinity(dimension, taste.getValue(), taste.getShare() / sum));
    }
  }

  /** Bytes that {@link #write} takes. */
  public int bytes() {
    return Long.BYTES + categories.bytes() + brands.bytes() + bands.bytes();
  }

  /** Lets the weakest name of the longest list go; whether there was one. */
  public boolean removeWeakest() {
    var longest = categories.bytes() >= brands.bytes() ? categories : brands;
    return longest.size() > 0 ? longest.removeLightest() : bands.removeLightest();
  }

  public void write(ByteBuffer out) {
    out.putLong(landmarkMs);
    categories.write(out);
    brands.write(out);
    bands.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static Tastes read(ByteBuffer in) {
    var tastes = new Tastes();
    tastes.landmarkMs = in.getLong();
    tastes.categories = HeavyHitters.read(in);
    tastes.brands = HeavyHitters.read(in);
    tastes.bands = HeavyHitters.read(in);
    return tastes;
  }
}

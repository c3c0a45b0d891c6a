package io.shopstream.bench.queries;

import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.synthetic.SyntheticShop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests for the recommendations of visitors, ready to be sent: which comes when is drawn
 * beforehand, so that a client does nothing but write bytes.
 */
final class Questions {

  /** Visitors of a history that are asked for, at most. */
  static final int MOST_VISITORS = 50_000;

  private static final int CYCLE = 1 << 16;
  private static final int STRANGERS = 1_000;
  private static final long SEED = 11;

  private final byte[][] requests;
  private final int known;
  private final int[] order = new int[CYCLE];

  /**
   * @param known ids of visitors that have clicked, at least one
   * @param knownPercent how many of a hundred questions are for them, 0 to 100; the others are for
   *     visitors that nobody has seen
   */
  Questions(InetSocketAddress address, List<String> known, int knownPercent) {
    var all = new ArrayList<>(known);
    for (var i = 0; i < STRANGERS; i++) {
      all.add("stranger-" + i);
    }
    this.requests = all.stream().map(id -> request(address, id)).toArray(byte[][]::new);
    this.known = known.size();
    var random = new SplittableRandom(SEED);
    for (var i = 0; i < CYCLE; i++) {
      order[i] =
          random.nextInt(100) < knownPercent
              ? random.nextInt(this.known)
              : this.known + random.nextInt(STRANGERS);
    }
  }

  private static byte[] request(InetSocketAddress address, String visitor) {
    return """
        GET /v1/users/%s/recommendations HTTP/1.1\r
        Host: %s:%d\r
        Accept: application/json\r
        \r
        """
        .formatted(visitor, address.getHostString(), address.getPort())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Visitors of the first clicks of a shop. */
  static List<String> visitors(SyntheticShop shop, long clicks) {
    var visitors = new LinkedHashSet<String>();
    try (var reader = shop.open(0)) {
      for (var i = 0L; i < clicks && visitors.size() < MOST_VISITORS && reader.hasNext(); i++) {
        if (reader.next() instanceof ShopEvent.Clicked clicked) {
          visitors.add(clicked.key());
        }
      }
    }
    return List.copyOf(visitors);
  }

  /** The bytes of a question; not to be changed. */
  byte[] request(long number) {
    return requests[order[(int) (number % CYCLE)]];
  }

  /** Whether it is for a visitor that has clicked. */
  boolean isForKnown(long number) {
    return order[(int) (number % CYCLE)] < known;
  }
}

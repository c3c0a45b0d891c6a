package io.shopstream.query.collector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.shopstream.events.Order;
import io.shopstream.events.OrderFingerprint;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.state.OrderContent;
import io.shopstream.events.state.StateStore;
import io.shopstream.query.config.CollectorConfiguration;
import io.shopstream.query.state.StateClient;
import io.shopstream.query.state.StateRow;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Tells a new order from one that was taken before, and from another order under a used id.
 *
 * <p>Orders known to the state are looked up there; those accepted here moments ago are remembered,
 * because the state learns of them a little later. While the state cannot be read an order passes:
 * the topology recognises duplicates too.
 */
@Singleton
final class OrderAdmission {

  /** How long an order taken here is remembered; the state knows it much earlier. */
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** What to do with an order. */
  sealed interface Verdict {

    /** Publish it, then settle the claim. */
    record New(Claim claim) implements Verdict {}

    /**
     * It was taken before.
     *
     * @param taken completes when Kafka has the first one, fails when that one failed
     */
    record Duplicate(CompletableFuture<Void> taken) implements Verdict {}

    /** The id belongs to another order. */
    record Conflict() implements Verdict {}
  }

  /** The right to publish the first order under an id. */
  static final class Claim {
    private final String orderId;
    private final byte[] contentHash;
    private final long timeMs;
    private final CompletableFuture<Void> taken = new CompletableFuture<>();

    private Claim(String orderId, byte[] contentHash, long timeMs) {
      this.orderId = orderId;
      this.contentHash = contentHash;
      this.timeMs = timeMs;
    }
  }

  private final StateClient state;
  private final Cache<String, Claim> recent;

  OrderAdmission(StateClient state, CollectorConfiguration config) {
    this.state = state;
    this.recent =
        Caffeine.newBuilder()
            .maximumSize(config.recentOrders())
            .expireAfterWrite(REMEMBERED)
            .build();
  }

  /**
   * An order as it came.
   *
   * @param order with its time filled in
   * @param timeGiven whether the client gave the time; if not, the time is not compared
   */
  record Candidate(Order order, boolean timeGiven) {}

  /** A verdict an order, in their order. */
  CompletableFuture<List<Verdict>> admit(List<Candidate> candidates) {
    var verdicts = new ArrayList<Verdict>(candidates.size());
    var claimed = new ArrayList<Integer>();
    var keys = new ArrayList<byte[]>();
    for (var candidate : candidates) {
      var order = candidate.order();
      var claim = new Claim(order.getOrderId(), OrderContent.hash(order), order.getTimeMs());
      var earlier = recent.asMap().putIfAbsent(claim.orderId, claim);
      if (earlier == null) {
        claimed.add(verdicts.size());
        keys.add(StateStore.key(claim.orderId));
        verdicts.add(new Verdict.New(claim));
      } else if (same(candidate, earlier.contentHash, earlier.timeMs)) {
        verdicts.add(new Verdict.Duplicate(earlier.taken));
      } else {
        verdicts.add(new Verdict.Conflict());
      }
    }
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(List.copyOf(verdicts));
    }
    return state
        .read(StateStore.ORDERS, keys)
        .thenApply(
            rows -> {
              for (var i = 0; i < rows.size(); i++) {
                if (rows.get(i) instanceof StateRow.Found found) {
                  var place = claimed.get(i);
                  verdicts.set(
                      place,
                      known(candidates.get(place), (Verdict.New) verdicts.get(place), found));
                }
              }
              return List.copyOf(verdicts);
            })
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                claimed.forEach(
                    place ->
                        settle(
                            ((Verdict.New) verdicts.get(place)).claim(), new Exception(failure)));
              }
            });
  }

  private Verdict known(Candidate candidate, Verdict.New claimed, StateRow.Found found) {
    // The state answers for this id from now on.
    settle(claimed.claim(), null);
    recent.asMap().remove(claimed.claim().orderId, claimed.claim());
    var fingerprint = AvroBinary.decode(found.bytes(), OrderFingerprint.class);
    return same(candidate, bytes(fingerprint), fingerprint.getTimeMs())
        ? new Verdict.Duplicate(CompletableFuture.completedFuture(null))
        : new Verdict.Conflict();
  }

  private static byte[] bytes(OrderFingerprint fingerprint) {
    var hash = fingerprint.getContentHash();
    var bytes = new byte[hash.remaining()];
    hash.duplicate().get(bytes);
    return bytes;
  }

  private static boolean same(Candidate candidate, byte[] contentHash, long timeMs) {
    var hash =
        candidate.timeGiven()
            ? OrderContent.hash(candidate.order())
            : OrderContent.hashAt(candidate.order(), timeMs);
    return Arrays.equals(hash, contentHash);
  }

  /**
   * Ends a claim.
   *
   * @param failure why Kafka did not take the order; null when it did
   */
  void settle(Claim claim, Exception failure) {
    if (failure == null) {
      claim.taken.complete(null);
    } else {
      recent.asMap().remove(claim.orderId, claim);
      claim.taken.completeExceptionally(failure);
    }
  }
}

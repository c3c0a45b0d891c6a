package io.shopstream.load.synthetic;

import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Orders of a synthetic shop into which frauds of four kinds are woven, each with honest orders
 * that look alike. Endless; the same seed tells the same orders. A fraud is a story of several
 * orders; some stories are under way at any time, and each order is the next of a random one.
 */
public final class FraudStories {

  private static final int CUSTOMERS = 5_000;
  private static final int STORIES = 40;
  private static final double STORY_SHARE = 0.06;
  private static final long DAY_MS = 86_400_000;
  private static final int HONEST_CLICKS = 4;
  private static final FraudKind[] KINDS = {
    FraudKind.CARD_TESTING,
    FraudKind.ACCOUNT_TAKEOVER,
    FraudKind.DEVICE_FARM,
    FraudKind.REFUND_ABUSE,
    FraudKind.CARD_RETRIED,
    FraudKind.TRAVELLER,
    FraudKind.SHARED_DEVICE,
    FraudKind.SHARED_ADDRESS
  };

  private final SplittableRandom random;
  private final String prefix;
  private final List<Story> stories = new ArrayList<>();
  private long told;
  private long strangers;

  /** One run of orders of a kind; a number names the parties that it reuses. */
  private static final class Story {
    final FraudKind kind;
    final long number;
    final int customer;
    int left;
    int ordered;

    Story(FraudKind kind, long number, int customer, int left) {
      this.kind = kind;
      this.number = number;
      this.customer = customer;
      this.left = left;
    }
  }

  public FraudStories(long seed) {
    random = new SplittableRandom(seed);
    prefix = "f" + seed + "-";
  }

  /**
   * The next order.
   *
   * @param timeMs when it is placed, in milliseconds since 1970-01-01 UTC; not before the last
   */
  public LabelledOrder next(long timeMs) {
    told++;
    if (random.nextDouble() >= STORY_SHARE) {
      return honest(timeMs);
    }
    while (stories.size() < STORIES) {
      var kind = KINDS[random.nextInt(KINDS.length)];
      stories.add(new Story(kind, told, random.nextInt(CUSTOMERS), length(kind)));
    }
    var story = stories.get(random.nextInt(stories.size()));
    var order = next(story, timeMs);
    story.ordered++;
    if (--story.left == 0) {
      stories.remove(story);
    }
    return order;
  }

  private int length(FraudKind kind) {
    return switch (kind) {
      case CARD_TESTING -> 15 + random.nextInt(20);
      case ACCOUNT_TAKEOVER -> 2 + random.nextInt(4);
      case DEVICE_FARM -> 8 + random.nextInt(15);
      case REFUND_ABUSE -> 8 + random.nextInt(8);
      case CARD_RETRIED -> 2;
      case TRAVELLER -> 1 + random.nextInt(2);
      case SHARED_DEVICE -> 2 + random.nextInt(3);
      case SHARED_ADDRESS -> 2 + random.nextInt(3);
      case NONE -> 1;
    };
  }

  private LabelledOrder honest(long timeMs) {
    var customer = random.nextInt(CUSTOMERS);
    return labelled(
        customer(customer, timeMs, usualAmount(customer)), FraudKind.NONE, HONEST_CLICKS);
  }

  private LabelledOrder next(Story story, long timeMs) {
    var s = "s" + story.number;
    var customer = story.customer;
    return switch (story.kind) {
      case CARD_TESTING ->
          labelled(
              stranger(timeMs, 60, 100 + random.nextInt(400))
                  .setDeviceId(prefix + "d-" + s)
                  .setIp(ip(story.number)),
              story.kind,
              0);
      case ACCOUNT_TAKEOVER ->
          labelled(
              customer(customer, timeMs, usualAmount(customer) * (3 + random.nextInt(5)))
                  .setDeviceId(prefix + "d-" + s)
                  .setIp(ip(story.number))
                  .setShippingAddressFingerprint(prefix + "a-" + s)
                  .setShippingCountry("RO"),
              story.kind,
              random.nextInt(2));
      case DEVICE_FARM ->
          labelled(
              stranger(timeMs, 5, 5_000 + random.nextInt(10_000))
                  .setDeviceId(prefix + "d-" + s)
                  .setIp(ip(story.number + random.nextInt(3))),
              story.kind,
              random.nextInt(2));
      case REFUND_ABUSE ->
          labelled(
              customer(customer, timeMs, 8_000 + random.nextInt(10_000))
                  .setUserId(prefix + "r-" + s + "-" + story.ordered % 3)
                  .setCardFingerprint(prefix + "c-" + s + "-" + story.ordered % 2)
                  .setShippingAddressFingerprint(prefix + "a-" + s),
              story.kind,
              HONEST_CLICKS);
      case CARD_RETRIED ->
          labelled(
              customer(customer, timeMs, usualAmount(customer))
                  .setCardFingerprint(prefix + "c-" + s + "-" + story.ordered),
              story.kind,
              HONEST_CLICKS);
      case TRAVELLER ->
          labelled(
              customer(customer, timeMs, usualAmount(customer))
                  .setDeviceId(prefix + "d-" + s)
                  .setIp(ip(story.number))
                  .setShippingAddressFingerprint(prefix + "a-" + s),
              story.kind,
              HONEST_CLICKS);
      case SHARED_DEVICE -> {
        var member = (customer + story.ordered) % CUSTOMERS;
        yield labelled(
            customer(member, timeMs, usualAmount(member)).setDeviceId(prefix + "d-" + s),
            story.kind,
            HONEST_CLICKS);
      }
      case SHARED_ADDRESS -> {
        var member = (customer + story.ordered) % CUSTOMERS;
        yield labelled(
            customer(member, timeMs, usualAmount(member))
                .setShippingAddressFingerprint(prefix + "a-" + s),
            story.kind,
            HONEST_CLICKS);
      }
      case NONE -> honest(timeMs);
    };
  }

  private LabelledOrder labelled(Order.Builder order, FraudKind kind, int clicks) {
    return new LabelledOrder(order.setVisitClicks(clicks).build(), kind, clicks);
  }

  /** What a customer pays for usual, in cents, give or take a third. */
  private long usualAmount(int customer) {
    var mean = 1_500 + (customer * 7_919L) % 6_000;
    return Math.round(mean * (0.67 + random.nextDouble() * 0.66));
  }

  /** An order of somebody who has been with the shop for a while, with the usual parties. */
  private Order.Builder customer(int number, long timeMs, long amount) {
    var id = prefix + number;
    return order(timeMs, amount)
        .setUserId("u-" + id)
        .setVisitorId("v-" + id)
        .setAccountCreatedTimeMs(timeMs - (30 + number % 900) * DAY_MS)
        .setCardFingerprint("c-" + id)
        .setDeviceId("d-" + id)
        .setIp(ip(number))
        .setEmailFingerprint("e-" + id)
        .setShippingAddressFingerprint("a-" + id)
        .setShippingCountry("GB")
        .setBillingCountry("GB");
  }

  /** An order of somebody who has just signed up, with parties never seen before. */
  private Order.Builder stranger(long timeMs, int secondsSinceSignup, long amount) {
    var id = prefix + "n" + strangers++;
    return order(timeMs, amount)
        .setUserId("u-" + id)
        .setVisitorId("v-" + id)
        .setAccountCreatedTimeMs(timeMs - (1 + random.nextInt(secondsSinceSignup)) * 1_000L)
        .setCardFingerprint("c-" + id)
        .setEmailFingerprint("e-" + id)
        .setShippingAddressFingerprint("a-" + id)
        .setShippingCountry("GB")
        .setBillingCountry("GB");
  }

  private Order.Builder order(long timeMs, long amount) {
    return Order.newBuilder()
        .setOrderId(prefix + "o" + told)
        .setKind(OrderKind.PLACED)
        .setTimeMs(timeMs)
        .setLines(
            List.of(
                OrderLine.newBuilder()
                    .setItemId("i" + random.nextInt(1_000))
                    .setQuantity(1)
                    .setPriceMinor(amount)
                    .setSellerId("seller-" + random.nextInt(50))
                    .build()))
        .setAmountMinor(amount)
        .setCurrency("GBP")
        .setPaymentMethod("card");
  }

  private static String ip(long number) {
    return "10." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
  }
}

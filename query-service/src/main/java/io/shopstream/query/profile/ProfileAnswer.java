package io.shopstream.query.profile;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.events.AffinityDimension;
import io.shopstream.events.UserProfile;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** What is known of a user, or of a visitor before login. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "UserProfile", description = "What is known of a user, or a visitor before login.")
public record ProfileAnswer(
    @Schema(description = "The user, or the visitor.") String userId,
    @Schema(description = "When this was read; scores, segment, stage and risk are as of then.")
        Instant asOfTime,
    @Schema(description = "Time of the first event.") Instant firstSeenTime,
    @Schema(description = "Time of the newest event.") Instant lastSeenTime,
    @Schema(description = "Number of visits.") long visits,
    @Schema(description = "Number of views.") long views,
    @Schema(description = "Number of times something was put into the basket.") long carts,
    @Schema(description = "Number of times something was taken out of it.") long removals,
    @Schema(description = "Number of searches.") long searches,
    @Schema(description = "Number of orders placed.") long orders,
    @Schema(description = "Rates through the funnel.") Funnel funnel,
    @Schema(description = "Distinct items of the current or last visit, newest last.")
        List<Touched> visit,
    @Schema(description = "Items in the basket, of this visit and earlier ones, newest last.")
        List<String> basket,
    @Nullable @Schema(description = "When the basket was left, once it has waited for an hour.")
        Instant basketAbandonedTime,
    @Schema(description = "Distinct items bought last, newest last, at most 20.")
        List<String> bought,
    @Schema(description = "What the user is drawn to, strongest first.") Affinities affinities,
    @Schema(description = "Orders net of what was cancelled or returned.") Value value,
    @Schema(
            type = "string",
            description = "Where the user is on the way from first look to lost.",
            allowableValues = {"VISITOR", "NEW", "ACTIVE", "AT_RISK", "LOST"})
        String stage,
    @Nullable
        @Schema(
            description =
                "Probability that no order comes within the next 90 days; absent without an order.")
        Double churnRisk,
    @Schema(description = "Share of each hour of the day, UTC; empty when nothing is known.")
        List<Double> activeHours,
    @Schema(description = "Share of each weekday, Monday first, UTC; empty when nothing is known.")
        List<Double> activeWeekdays,
    @Schema(description = "Kinds of devices, most used first.") List<Device> devices,
    @Schema(description = "Device ids seen lately, 4 at most.") int distinctDevices,
    @Nullable ReadState state) {

  /** An item of a visit. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "TouchedItem", description = "An item of a visit.")
  public record Touched(
      @Schema(description = "The item.") String itemId,
      @Schema(description = "When it was last touched.") Instant time,
      @Schema(description = "Whether it is in the basket.") boolean inBasket) {}

  /** Rates through the funnel, 0 to 1; absent where nothing could be counted. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "Funnel", description = "Rates through the funnel, at most 1.")
  public record Funnel(
      @Nullable @Schema(description = "Baskets a view.") Double viewToCart,
      @Nullable @Schema(description = "Lines bought a basket.") Double cartToPurchase,
      @Nullable @Schema(description = "Lines bought a view.") Double viewToPurchase) {

    static Funnel of(UserProfile profile) {
      return new Funnel(
          rate(profile.getCarts(), profile.getViews()),
          rate(profile.getLinesBought(), profile.getCarts()),
          rate(profile.getLinesBought(), profile.getViews()));
    }

    private static Double rate(long part, long whole) {
      return whole == 0 ? null : Math.min(1.0, part / (double) whole);
    }
  }

  /** Tastes by dimension. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "Affinities", description = "Tastes by dimension, strongest first.")
  public record Affinities(
      @Schema(description = "Narrowest categories.") List<Taste> categories,
      @Schema(description = "Brands.") List<Taste> brands,
      @Schema(description = "Price bands: prices from 2^n to below 2^(n+1) in minor units.")
          List<Taste> priceBands) {

    static Affinities of(UserProfile profile) {
      return new Affinities(
          tastes(profile, AffinityDimension.CATEGORY),
          tastes(profile, AffinityDimension.BRAND),
          tastes(profile, AffinityDimension.PRICE_BAND));
    }

    private static List<Taste> tastes(UserProfile profile, AffinityDimension dimension) {
      return profile.getAffinities().stream()
          .filter(taste -> taste.getDimension() == dimension)
          .map(taste -> new Taste(taste.getValue(), taste.getShare()))
          .toList();
    }
  }

  /** One taste. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "Taste", description = "One of a user's tastes.")
  public record Taste(
      @Schema(description = "The category, the brand, or n of the price band.") String value,
      @Schema(description = "Its share of the user's interest, 0 to 1.") double share) {}

  /** Orders, net of what was taken back. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "CustomerValue", description = "Orders, net of what was taken back.")
  public record Value(
      @Nullable @Schema(description = "Time of the first order.") Instant firstOrderTime,
      @Nullable @Schema(description = "Time of the newest order not taken back as a whole.")
          Instant lastOrderTime,
      @Schema(description = "Orders without those taken back as a whole.") long frequency,
      @Schema(description = "Orders taken back as a whole.") long ordersTakenBack,
      @Schema(description = "Paid less taken back, in minor units.") long monetaryMinor,
      @Nullable @Schema(description = "ISO 4217 code of it.") String currency,
      @Schema(description = "Mean value of the orders placed, in minor units.")
          double orderValueMean,
      @Schema(description = "Standard deviation of the same.") double orderValueDeviation,
      @Schema(description = "1 (long ago) to 5 (lately); 0 without an order.") int recencyScore,
      @Schema(description = "1 (once) to 5 (often); 0 without an order.") int frequencyScore,
      @Schema(description = "1 (little) to 5 (much); 0 without an order.") int monetaryScore,
      @Schema(
              type = "string",
              description = "Segment by recency and frequency.",
              allowableValues = {
                "NONE",
                "CHAMPION",
                "LOYAL",
                "PROMISING",
                "NEW",
                "NEEDS_ATTENTION",
                "AT_RISK",
                "ABOUT_TO_SLEEP",
                "HIBERNATING"
              })
          String segment) {

    static Value of(UserProfile profile) {
      return new Value(
          time(profile.getFirstOrderTimeMs()),
          time(profile.getLastOrderTimeMs()),
          profile.getFrequency(),
          profile.getOrdersTakenBack(),
          profile.getMonetaryMinor(),
          profile.getCurrency(),
          profile.getOrderValueMean(),
          profile.getOrderValueDeviation(),
          profile.getRecencyScore(),
          profile.getFrequencyScore(),
          profile.getMonetaryScore(),
          profile.getSegment().name());
    }
  }

  /** A kind of device. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "DeviceShare", description = "A kind of device.")
  public record Device(
      @Schema(
              type = "string",
              description = "The kind.",
              allowableValues = {"DESKTOP", "MOBILE", "TABLET", "BOT"})
          String kind,
      @Schema(description = "Its share, 0 to 1.") double share) {}

  private static Instant time(Long timeMs) {
    return timeMs == null ? null : Instant.ofEpochMilli(timeMs);
  }

  public static ProfileAnswer of(UserProfile profile, @Nullable ReadState state) {
    return new ProfileAnswer(
        profile.getUserId(),
        Instant.ofEpochMilli(profile.getAsOfTimeMs()),
        Instant.ofEpochMilli(profile.getFirstSeenTimeMs()),
        Instant.ofEpochMilli(profile.getLastSeenTimeMs()),
        profile.getVisits(),
        profile.getViews(),
        profile.getCarts(),
        profile.getRemovals(),
        profile.getSearches(),
        profile.getOrders(),
        Funnel.of(profile),
        profile.getVisit().stream()
            .map(
                item ->
                    new Touched(
                        item.getItemId(),
                        Instant.ofEpochMilli(item.getTimeMs()),
                        item.getInBasket()))
            .toList(),
        profile.getBasket(),
        time(profile.getBasketAbandonedTimeMs()),
        profile.getBought(),
        Affinities.of(profile),
        Value.of(profile),
        profile.getStage().name(),
        profile.getChurnRisk(),
        profile.getActiveHours(),
        profile.getActiveWeekdays(),
        profile.getDevices().stream()
            .map(device -> new Device(device.getKind().name(), device.getShare()))
            .toList(),
        profile.getDistinctDevices(),
        state);
  }
}

package io.shopstream.query.profile;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.events.UserProfile;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** What is known of a user, or of a visitor before login. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "UserProfile", description = "What is known of a user, or a visitor before login.")
record ProfileAnswer(
    @Schema(description = "The user, or the visitor.") String userId,
    @Schema(description = "Time of the first event.") Instant firstSeenTime,
    @Schema(description = "Time of the newest event.") Instant lastSeenTime,
    @Schema(description = "Number of visits.") long visits,
    @Schema(description = "Number of views.") long views,
    @Schema(description = "Number of times something was put into the basket.") long carts,
    @Schema(description = "Number of searches.") long searches,
    @Schema(description = "Number of orders placed.") long orders,
    @Schema(description = "Distinct items of the current or last visit, newest last.")
        List<Touched> visit,
    @Schema(description = "Distinct items bought last, newest last.") List<String> bought,
    @Nullable ReadState state) {

  /** An item of a visit. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "TouchedItem", description = "An item of a visit.")
  record Touched(
      @Schema(description = "The item.") String itemId,
      @Schema(description = "When it was last touched.") Instant time,
      @Schema(description = "Whether it is in the basket.") boolean inBasket) {}

  static ProfileAnswer of(UserProfile profile, ReadState state) {
    return new ProfileAnswer(
        profile.getUserId(),
        Instant.ofEpochMilli(profile.getFirstSeenTimeMs()),
        Instant.ofEpochMilli(profile.getLastSeenTimeMs()),
        profile.getVisits(),
        profile.getViews(),
        profile.getCarts(),
        profile.getSearches(),
        profile.getOrders(),
        profile.getVisit().stream()
            .map(
                item ->
                    new Touched(
                        item.getItemId(),
                        Instant.ofEpochMilli(item.getTimeMs()),
                        item.getInBasket()))
            .toList(),
        profile.getBought(),
        state);
  }
}

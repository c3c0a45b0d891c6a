package io.shopstream.query.privacy;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.events.ShopperFeedback;
import io.shopstream.query.fraud.VelocityAnswer;
import io.shopstream.query.profile.ProfileAnswer;
import io.shopstream.query.scores.ScoreAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** Everything that is held of a user. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "UserExport", description = "Everything that the stores hold of a user.")
record ExportAnswer(
    @Schema(description = "The id that was asked for.") String id,
    @Schema(description = "When this was read.") Instant time,
    @Nullable @Schema(description = "The profile, with its visit.") ProfileAnswer profile,
    @Schema(description = "Visitors that turned out to be this user.") List<Visitor> visitors,
    @Schema(description = "Scores of orders, of the user and of those visitors.")
        List<ScoreAnswer> orders,
    @Schema(description = "Orders that fraud scoring knows; more than are listed when over 1,000.")
        int knownOrders,
    @Schema(description = "What fraud scoring counts of the user and of those visitors.")
        List<VelocityAnswer> velocity,
    @Schema(description = "What was done with recommendations, by the user and those visitors.")
        List<Feedback> feedback,
    @Schema(description = "What else is kept for a time, and for how long.") List<String> kept) {

  /** What is kept beside the rows above, in words: it is not stored by user. */
  static final List<String> KEPT =
      List.of(
          "64-bit fingerprints of the ids of events, for 30 days after the last one arrived",
          "64-bit fingerprints of the ids of the last 8 orders and of the last 4 devices, in the"
              + " profile",
          "counts of orders and amounts by card, device, IP address, e-mail, address and seller,"
              + " with a 64-bit fingerprint of the user, for 120 days after the last order",
          "a sample of the features of orders, by order, that the fraud model is fitted to",
          "the events themselves, in the topics clickstream and orders, for 90 days",
          "scores of orders, in the topic fraud-scores, for 90 days",
          "changes of the profile, in the topic profile-changes, for 7 days");

  /** A visitor that turned out to be the user. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "ExportedVisitor", description = "A visitor that turned out to be the user.")
  record Visitor(
      @Schema(description = "The visitor.") String visitorId,
      @Schema(description = "When it became known.") Instant time) {}

  /** What one shopper did with recommendations lately. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(
      name = "ExportedFeedback",
      description = "What was done with recommendations lately, oldest first.")
  record Feedback(
      @Schema(description = "The user or visitor.") String shopper,
      @Schema(description = "Numbers of the lists that were shown.") List<Long> shownLists,
      @Schema(description = "Items that were clicked in them.") List<Item> clicked,
      @Schema(description = "Items that were ordered.") List<Item> ordered) {

    static Feedback of(String shopper, ShopperFeedback row) {
      return new Feedback(
          shopper,
          row.getShown().stream().map(shown -> shown.getNumber()).toList(),
          row.getClicked().stream()
              .map(item -> new Item(item.getItemId(), Instant.ofEpochMilli(item.getTimeMs())))
              .toList(),
          row.getOrdered().stream()
              .map(item -> new Item(item.getItemId(), Instant.ofEpochMilli(item.getTimeMs())))
              .toList());
    }
  }

  /** An item and a time. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "ExportedItem", description = "An item and when.")
  record Item(
      @Schema(description = "The item.") String itemId,
      @Schema(description = "When.") Instant time) {}
}

package io.shopstream.query.fraud;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import io.shopstream.events.EntityVelocity;
import io.shopstream.query.state.ReadState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** What a party to orders did lately. */
@Serdeable(naming = SnakeCaseStrategy.class)
@Schema(name = "Velocity", description = "What a party to orders did lately.")
public record VelocityAnswer(
    @Schema(description = "user, card, device, ip, email, address or seller.") String type,
    @Schema(description = "The party.") String id,
    @Schema(description = "Time of the newest thing known of it.") Instant lastSeenTime,
    @Schema(description = "Orders ever.") long orders,
    @Schema(description = "Orders by window, up to now.") List<InWindow> windows,
    @Schema(description = "Distinct partners in 30 days.") List<Partners> partners,
    @Schema(description = "Orders whose outcome is known.") long outcomes,
    @Schema(description = "Frauds among them.") long frauds,
    @Nullable ReadState state) {

  /** Orders of one window. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "VelocityWindow", description = "Orders of one window.")
  public record InWindow(
      @Schema(description = "10m, 1h, 1d, 7d or 30d.") String window,
      @Schema(description = "Orders in it.") long orders,
      @Schema(description = "Sum of their amounts in the minor unit.") long amountMinor) {}

  /** Distinct partners of one kind. */
  @Serdeable(naming = SnakeCaseStrategy.class)
  @Schema(name = "VelocityPartners", description = "Distinct partners of one kind.")
  public record Partners(
      @Schema(description = "users, cards, devices …") String partner,
      @Schema(description = "How many different ones.") int distinct,
      @Schema(description = "False when there were too many to count: a lower bound.")
          boolean exact) {}

  /** What is known of a party, as it is told. */
  public static VelocityAnswer of(
      String type, String id, EntityVelocity velocity, ReadState state) {
    return new VelocityAnswer(
        type,
        id,
        Instant.ofEpochMilli(velocity.getLastSeenTimeMs()),
        velocity.getOrders(),
        velocity.getWindows().stream()
            .map(in -> new InWindow(in.getWindow(), in.getOrders(), in.getAmountMinor()))
            .toList(),
        velocity.getPartners().stream()
            .map(p -> new Partners(p.getPartner(), p.getDistinct(), p.getExact()))
            .toList(),
        velocity.getOutcomes(),
        velocity.getFrauds(),
        state);
  }
}

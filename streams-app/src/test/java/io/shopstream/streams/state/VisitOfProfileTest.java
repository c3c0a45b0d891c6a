package io.shopstream.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.UserProfile;
import io.shopstream.events.VisitItem;
import io.shopstream.events.serde.AvroBinary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VisitOfProfileTest {

  private static UserProfile profile(Random random, int items) {
    var visit = new ArrayList<VisitItem>();
    for (var i = 0; i < items; i++) {
      visit.add(
          new VisitItem(
              "item-ü" + random.nextInt(1_000_000),
              random.nextLong(),
              random.nextBoolean(),
              random.nextInt(256),
              random.nextInt(256)));
    }
    return UserProfile.newBuilder()
        .setUserId("u".repeat(1 + random.nextInt(64)))
        .setFirstSeenTimeMs(random.nextLong())
        .setLastSeenTimeMs(random.nextLong())
        .setVisits(random.nextLong())
        .setViews(3)
        .setCarts(-1)
        .setSearches(0)
        .setOrders(1L << 40)
        .setVisit(visit)
        .setBought(List.of("something", "else"))
        .build();
  }

  /** The order of the schema's fields is what it reads by. */
  @Property(tries = 200)
  void shouldFindTheItemsOfAnyProfile(@ForAll long seed, @ForAll @IntRange(max = 20) int items) {
    var profile = profile(new Random(seed), items);

    var found = new ArrayList<String>();
    VisitOfProfile.read(
        AvroBinary.encode(profile),
        (id, inBasket) -> found.add(new String(id, StandardCharsets.UTF_8) + inBasket));

    assertThat(found)
        .isEqualTo(
            profile.getVisit().stream()
                .map(item -> item.getItemId() + item.getInBasket())
                .toList());
  }

  @Test
  void shouldRefuseAProfileThatEndsInItsVisit() {
    var whole = AvroBinary.encode(profile(new Random(1), 3));
    var part = Arrays.copyOf(whole, 100);

    assertThatThrownBy(() -> VisitOfProfile.read(part, (id, inBasket) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

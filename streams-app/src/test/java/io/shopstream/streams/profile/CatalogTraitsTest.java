package io.shopstream.streams.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.CatalogItem;
import io.shopstream.streams.profile.taste.ItemTraits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CatalogTraitsTest {

  private static final long NOW = 1_700_000_000_000L;

  private final Map<String, CatalogItem> items = new HashMap<>();
  private final List<String> looks = new ArrayList<>();
  private int looksWhetherEmpty;
  private final CatalogTraits traits =
      new CatalogTraits(
          new CatalogTraits.Table() {
            @Override
            public Optional<CatalogItem> find(String itemId) {
              looks.add(itemId);
              return Optional.ofNullable(items.get(itemId));
            }

            @Override
            public boolean isEmpty() {
              looksWhetherEmpty++;
              return items.isEmpty();
            }
          });

  @Test
  void shouldServeAnAnswerForAMinute() {
    items.put("lamp", item("lamp", "lights"));

    assertThat(category(traits.of("lamp", NOW))).isEqualTo("lights");
    items.put("lamp", item("lamp", "decoration"));
    assertThat(category(traits.of("lamp", NOW + 59_999))).isEqualTo("lights");
    assertThat(category(traits.of("lamp", NOW + 60_000))).isEqualTo("decoration");
    assertThat(looks).containsExactly("lamp", "lamp");
  }

  @Test
  void shouldLookAgainForAnUnknownItemAfterASecond() {
    items.put("lamp", item("lamp", "lights"));

    assertThat(traits.of("chair", NOW)).isSameAs(ItemTraits.UNKNOWN);
    assertThat(traits.of("chair", NOW + 999)).isSameAs(ItemTraits.UNKNOWN);
    assertThat(looks).containsExactly("chair");
    items.put("chair", item("chair", "seats"));
    assertThat(category(traits.of("chair", NOW + 1_000))).isEqualTo("seats");
  }

  @Test
  void shouldLookOnceASecondWhileTheCatalogueIsEmpty() {
    for (var i = 0; i < 1_000; i++) {
      assertThat(traits.of("item-" + i, NOW + i)).isSameAs(ItemTraits.UNKNOWN);
    }
    assertThat(looks).isEmpty();
    assertThat(looksWhetherEmpty).isEqualTo(1);

    items.put("lamp", item("lamp", "lights"));
    assertThat(category(traits.of("lamp", NOW + 1_000))).isEqualTo("lights");
    for (var i = 0; i < 999; i++) {
      assertThat(traits.of("unknown-" + i, NOW + 1_000 + i)).isSameAs(ItemTraits.UNKNOWN);
    }
    assertThat(looksWhetherEmpty).isEqualTo(2);
  }

  @Test
  void shouldTellOneItemFromAnotherWhenThereAreMoreThanItKeeps() {
    for (var i = 0; i < 200_000; i++) {
      items.put("item-" + i, item("item-" + i, "category-" + i % 1_000));
    }

    for (var round = 0; round < 2; round++) {
      for (var i = 0; i < 200_000; i++) {
        assertThat(category(traits.of("item-" + i, NOW))).isEqualTo("category-" + i % 1_000);
      }
    }
  }

  @Test
  void shouldKnowNothingOfNoItem() {
    assertThat(traits.of(null, NOW)).isSameAs(ItemTraits.UNKNOWN);
    assertThat(looks).isEmpty();
  }

  private static String category(ItemTraits traits) {
    return new String(traits.category(), StandardCharsets.UTF_8);
  }

  private static CatalogItem item(String id, String category) {
    return CatalogItem.newBuilder()
        .setItemId(id)
        .setTitle(id)
        .setCategoryPath(List.of(category))
        .setUpdatedTimeMs(NOW)
        .build();
  }
}

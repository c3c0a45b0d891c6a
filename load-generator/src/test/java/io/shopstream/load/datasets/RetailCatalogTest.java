package io.shopstream.load.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetailCatalogTest {

  private final RetailCatalog catalog = new RetailCatalog();

  private void sold(String description, long pricePence) {
    catalog.add(
        new Invoice(
            "1",
            false,
            0,
            "",
            "",
            List.of(new Invoice.Line(1, "22197", description, 1, pricePence))));
  }

  @Test
  void shouldTakeTheMostFrequentDescriptionAndPrice() {
    sold("POPCORN HOLDER", 85);
    sold("POPCORN HOLDER", 85);
    sold("SMALL POPCORN HOLDER", 163);

    assertThat(catalog.items())
        .containsExactlyEntriesOf(Map.of("22197", new RetailCatalog.Item("POPCORN HOLDER", 85)));
  }

  @Test
  void shouldTakeTheNewestOfEquallyFrequentOnes() {
    sold("POPCORN HOLDER", 85);
    sold("SMALL POPCORN HOLDER", 163);
    assertThat(catalog.items().get("22197"))
        .isEqualTo(new RetailCatalog.Item("SMALL POPCORN HOLDER", 163));

    sold("POPCORN HOLDER", 85);
    sold("SMALL POPCORN HOLDER", 163);
    sold("SMALL POPCORN HOLDER", 85);
    sold("POPCORN HOLDER", 163);
    assertThat(catalog.items().get("22197"))
        .isEqualTo(new RetailCatalog.Item("POPCORN HOLDER", 163));
  }

  @Test
  void shouldNameAnItemWithoutDescriptionByItsCode() {
    sold("", 85);

    assertThat(catalog.items().get("22197").title()).isEqualTo("22197");
  }
}

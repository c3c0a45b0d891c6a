package io.shopstream.load.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.ClickType;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Listed;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileTest {

  private static final Path EXAMPLES =
      Path.of(System.getProperty("shopstream.home"), "load-generator", "examples");

  @TempDir private Path folder;

  private CsvFile file(String mapping, String csv) throws IOException {
    return CsvFile.of(
        Files.writeString(folder.resolve("shop.csv"), csv),
        Files.writeString(folder.resolve("map.properties"), mapping));
  }

  private static List<ShopEvent> events(CsvFile file, List<String> refused) throws IOException {
    var events = new ArrayList<ShopEvent>();
    try (var reader = file.open(0)) {
      reader.refusals().onRefusal(one -> refused.add(one.detail()));
      reader.forEachRemaining(events::add);
    }
    return events;
  }

  @Test
  void shouldReadTheExampleOfClicksAndOrders() throws IOException {
    var file = CsvFile.of(EXAMPLES.resolve("clicks.csv"), EXAMPLES.resolve("clicks.properties"));
    var refused = new ArrayList<String>();

    var events = events(file, refused);

    assertThat(refused).isEmpty();
    assertThat(file.contents().clicks()).isEqualTo(5);
    assertThat(file.contents().orders()).isEqualTo(1);
    var basket = ((Clicked) events.get(1)).value();
    assertThat(basket.getType()).isEqualTo(ClickType.ADD_TO_CART);
    assertThat(basket.getTimeMs()).isEqualTo(Instant.parse("2026-03-15T09:03:00Z").toEpochMilli());
    assertThat(basket.getVisitorId()).isEqualTo("s-1");
    assertThat(basket.getUserId()).isNull();
    assertThat(basket.getPriceMinor()).isEqualTo(2_490);
    var order = ((Ordered) events.get(5)).value();
    assertThat(order.getUserId()).isEqualTo("c-77");
    assertThat(order.getAmountMinor()).isEqualTo(7_200);
    assertThat(order.getLines())
        .singleElement()
        .satisfies(line -> assertThat(line.getQuantity()).isEqualTo(6));
  }

  @Test
  void shouldReadTheExampleOfItems() throws IOException {
    var events =
        events(
            CsvFile.of(EXAMPLES.resolve("items.csv"), EXAMPLES.resolve("items.properties")),
            new ArrayList<>());

    var item = ((Listed) events.get(1)).value();
    assertThat(item.getCategoryPath()).containsExactly("Kitchen", "Tea");
    assertThat(item.getAvailable()).isFalse();
    assertThat(item.getPriceMinor()).isEqualTo(1_200);
  }

  @Test
  void shouldGatherTheLinesOfAnOrderAndPutTimesInOrder() throws IOException {
    var file =
        file(
            """
            event = order
            column.order_id = no
            column.time = at
            column.user_id = who
            column.item_id = item
            column.price = each
            column.quantity = n
            constant.currency = JPY
            """,
            """
            no,at,who,item,each,n
            2,2026-01-02T10:00:00Z,b,x,100,1
            1,2026-01-02T09:00:00Z,a,x,100,2
            1,2026-01-02T09:00:00Z,a,y,50,1
            """);

    var events = events(file, new ArrayList<>());

    assertThat(events).hasSize(2);
    var first = ((Ordered) events.get(0)).value();
    assertThat(first.getOrderId()).isEqualTo("1");
    assertThat(first.getLines()).hasSize(2);
    assertThat(first.getAmountMinor()).as("the yen has no smaller unit").isEqualTo(250);
  }

  @Test
  void shouldNameFileLineAndColumnOfWhatIsNoEventAndGoOn() throws IOException {
    var refused = new ArrayList<String>();

    var events =
        events(
            file(
                """
                event = click
                column.time = at
                column.visitor_id = who
                column.item_id = item
                column.price = price
                constant.type = VIEW
                constant.currency = EUR
                """,
                """
                at,who,item,price
                yesterday,a,x,1.00
                2026-01-02 10:00:00,a,x,cheap
                2026-01-02 10:00:00,,x,1.00
                2026-01-02 10:00:00,a,x,1.00
                """),
            refused);

    assertThat(events).hasSize(1);
    assertThat(refused.get(0))
        .contains("shop.csv:2: column at: «yesterday» must be a time")
        .contains("time_format");
    assertThat(refused.get(1)).contains("shop.csv:3: column price: «cheap» must be an amount");
    assertThat(refused.get(2)).contains("shop.csv:4: column who: is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event = visit                                | map.properties:1: «visit» should be click, order, item or skip",
        "event = click;column.visitor = who           | map.properties:2: there is no field visitor; there are event_id, type, time",
        "event = click;columns.visitor_id = who       | map.properties:2: columns.visitor_id is no key of a mapping",
        "event = click;event = order                  | map.properties:2: event stands in line 1 already",
        "event = click;column.visitor_id = who        | map.properties: click needs a column (or a constant) for type and time",
        "event = click;time_zone = Mars               | map.properties:2: time_zone is none",
        "separator = ,                                | map.properties: one line must say what a row is",
      })
  void shouldNameTheLineOfTheMappingThatCannotBeUsed(String mapping, String message) {
    assertThatThrownBy(() -> file(mapping.strip().replace(';', '\n'), "at,who\n1,2\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldTellTheColumnsThatThereAre() {
    assertThatThrownBy(
            () ->
                file(
                    "event = item\ncolumn.item_id = sku\ncolumn.title = name",
                    "sku,label\n1,Cup\n"))
        .hasMessageContaining("shop.csv has no column «name»; it has sku, label");
  }

  @Test
  void shouldGiveTheSameIdsEachTime() throws IOException {
    var file = CsvFile.of(EXAMPLES.resolve("clicks.csv"), EXAMPLES.resolve("clicks.properties"));

    assertThat(events(file, new ArrayList<>())).isEqualTo(events(file, new ArrayList<>()));
    assertThat(file.fingerprint()).startsWith("sha256:");
  }
}

package io.shopstream.load.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.load.synthetic.FraudShop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RepeatedClicksTest {

  private static List<ShopEvent> read(Dataset dataset) throws IOException {
    var events = new ArrayList<ShopEvent>();
    try (var reader = dataset.open(0)) {
      reader.forEachRemaining(events::add);
    }
    return events;
  }

  @Test
  void shouldTellTheClicksAgainLaterWithOtherIds() throws IOException {
    var shop = new FraudShop(20, 1);
    var once = read(shop).stream().filter(ShopEvent.Clicked.class::isInstance).toList();
    var twiceAndAHalf = new RepeatedClicks(shop, 2L * once.size() + once.size() / 2);

    var events = read(twiceAndAHalf);

    assertThat(events).hasSize((int) twiceAndAHalf.clicks());
    assertThat(events.subList(0, once.size())).isEqualTo(once);
    assertThat(events).extracting(ShopEvent::timeMs).isSorted();
    assertThat(events)
        .extracting(event -> ((ShopEvent.Clicked) event).value().getEventId())
        .doesNotHaveDuplicates();
    assertThat(events.get(once.size()).key()).isEqualTo(once.get(0).key());
    assertThat(events.get(events.size() - 1).timeMs())
        .isLessThanOrEqualTo(twiceAndAHalf.contents().lastTimeMs());
  }
}

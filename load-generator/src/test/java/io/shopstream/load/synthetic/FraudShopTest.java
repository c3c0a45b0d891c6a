package io.shopstream.load.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.OutcomeLabel;
import io.shopstream.load.datasets.ShopEvent;
import io.shopstream.load.datasets.ShopEvent.Clicked;
import io.shopstream.load.datasets.ShopEvent.Judged;
import io.shopstream.load.datasets.ShopEvent.Ordered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FraudShopTest {

  private static final FraudShop SHOP = new FraudShop(5_000, 3);

  @TempDir Path folder;

  private static List<ShopEvent> events(long shiftMs) {
    var events = new ArrayList<ShopEvent>();
    try (var reader = SHOP.open(shiftMs)) {
      reader.forEachRemaining(events::add);
    }
    return events;
  }

  @Test
  void shouldTellTheSameEventsInTheOrderOfTheirTimes() {
    var events = events(7);
    assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(a.timeMs(), b.timeMs()));
    assertThat(events(7)).isEqualTo(events);
    var contents = SHOP.contents();
    assertThat(events).hasSize((int) contents.records());
    assertThat(events).filteredOn(Clicked.class::isInstance).hasSize((int) contents.clicks());
    assertThat(events.get(events.size() - 1).timeMs()).isEqualTo(contents.lastTimeMs() + 7);
  }

  @Test
  void shouldJudgeEachOrderAsTheTruthFileSays() throws Exception {
    SHOP.writeTruth(folder.resolve("truth.csv"));
    var fraudByOrder = new HashMap<String, Boolean>();
    for (var line : Files.readAllLines(folder.resolve("truth.csv"))) {
      var columns = line.split(",", -1);
      fraudByOrder.put(columns[0], Boolean.valueOf(columns[2]));
    }
    var frauds = 0;
    var ordered = 0;
    for (var event : events(0)) {
      if (event instanceof Ordered) {
        ordered++;
      } else if (event instanceof Judged judged) {
        var isFraud = judged.value().getLabel() == OutcomeLabel.CHARGEBACK;
        assertThat(fraudByOrder).containsEntry(judged.value().getOrderId(), isFraud);
        frauds += isFraud ? 1 : 0;
      }
    }
    assertThat(ordered).isEqualTo(5_000);
    assertThat(frauds).isBetween(50, 400);
  }
}

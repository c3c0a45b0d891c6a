package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.events.Order;
import io.shopstream.events.OrderKind;
import io.shopstream.events.OrderLine;
import io.shopstream.load.datasets.ShopEvent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventJsonTest {

  @Test
  void shouldWriteFieldsByNameAndLeaveOutWhatIsNull() throws IOException {
    var order =
        Order.newBuilder()
            .setOrderId("1 \"é\"")
            .setKind(OrderKind.PLACED)
            .setTimeMs(1_300_000_000_000L)
            .setUserId("17850")
            .setLines(List.of(new OrderLine("22197", 2, 85L, null)))
            .setAmountMinor(170L)
            .setCurrency("GBP")
            .build();

    var json = new EventJson().array(List.of(new ShopEvent.Ordered(order)));

    var mapper = new ObjectMapper();
    assertThat(mapper.readTree(json))
        .isEqualTo(
            mapper.readTree(
                """
                [{"order_id": "1 \\"é\\"", "kind": "PLACED", "time": 1300000000000, "user_id": "17850",
                  "lines": [{"item_id": "22197", "quantity": 2, "price_minor": 85}],
                  "amount_minor": 170, "currency": "GBP", "consent": true}]
                """));
  }
}

package io.shopstream.events.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AvroBinaryTest {

  private static final Click CLICK =
      Click.newBuilder()
          .setEventId("e1")
          .setType(ClickType.VIEW)
          .setTimeMs(1_700_000_000_000L)
          .setVisitorId("v1")
          .setItemId("85123A")
          .setPriceMinor(255L)
          .setCurrency("GBP")
          .build();

  @Test
  void shouldWriteTheBytesThatReadersInTheFieldExpect() {
    assertThat(HexFormat.of().formatHex(AvroBinary.encode(CLICK)))
        .isEqualTo(
            "04653102" // event_id, type
                + "80a0abfef962" // time_ms
                + "04763100" // visitor_id, no user_id
                + "020c383531323341" // item_id
                + "0002fe03020647425000000000010000"); // the rest: price 255 GBP, consent
  }

  @Test
  void shouldReadWhatItWrote() {
    assertThat(AvroBinary.decode(AvroBinary.encode(CLICK), Click.class)).isEqualTo(CLICK);
  }

  @Test
  void shouldRefuseWhatIsNotARecord() {
    assertThatThrownBy(() -> AvroBinary.decode(new byte[] {1, 2, 3}, Click.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Click");
  }
}

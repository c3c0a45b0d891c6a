package io.shopstream.events.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class EncodedValueSerializerTest {

  private final AtomicInteger asked = new AtomicInteger();

  private static OrderOutcome outcome(String order) {
    return OrderOutcome.newBuilder()
        .setOrderId(order)
        .setLabel(OutcomeLabel.CHARGEBACK)
        .setKnownTimeMs(1_700_000_000_000L)
        .build();
  }

  private static byte[] inWireFormat(OrderOutcome outcome) {
    var record = AvroBinary.encode(outcome);
    return ByteBuffer.allocate(5 + record.length).put((byte) 0).putInt(7).put(record).array();
  }

  private Serializer<byte[]> serializer(Serializer<OrderOutcome> registry) {
    return new EncodedValueSerializer<>(
        OrderOutcome.class,
        new SchemaIdCachingSerializer<>(registry, new RegistryPatience(Duration.ofSeconds(1))));
  }

  @Test
  void shouldWriteWhatRecordsAreAndAskOnceATopic() {
    var serializer =
        serializer(
            (topic, outcome) -> {
              asked.incrementAndGet();
              return inWireFormat(outcome);
            });
    for (var order : new String[] {"o1", "o2", "o3"}) {
      assertThat(serializer.serialize("order-outcomes", AvroBinary.encode(outcome(order))))
          .isEqualTo(inWireFormat(outcome(order)));
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void shouldLeaveAFormatOfItsOwnToTheRegistrysSerializer() {
    var serializer =
        serializer(
            (topic, outcome) -> {
              asked.incrementAndGet();
              return new byte[] {1, (byte) outcome.getOrderId().length()};
            });
    for (var order : new String[] {"o1", "o22"}) {
      assertThat(serializer.serialize("order-outcomes", AvroBinary.encode(outcome(order))))
          .containsExactly(1, order.length());
    }
    assertThat(asked).hasValue(2);
  }
}

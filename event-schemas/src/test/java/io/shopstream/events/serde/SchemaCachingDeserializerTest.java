package io.shopstream.events.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.events.Order;
import io.shopstream.events.OrderOutcome;
import io.shopstream.events.OutcomeLabel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class SchemaCachingDeserializerTest {

  /** As a producer would write it that knows one field more than we do, in another order. */
  private static final Schema WRITTEN =
      SchemaBuilder.record("OrderOutcome")
          .namespace("io.shopstream.events")
          .fields()
          .requiredLong("known_time_ms")
          .requiredString("note")
          .requiredString("order_id")
          .name("label")
          .type(OutcomeLabel.getClassSchema())
          .noDefault()
          .endRecord();

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger unreachable = new AtomicInteger();

  private RuntimeException trouble =
      new SerializationException("down", new ConnectException("refused"));

  private final Deserializer<GenericRecord> registry =
      (topic, bytes) -> {
        asked.incrementAndGet();
        if (unreachable.getAndDecrement() > 0) {
          throw trouble;
        }
        if (bytes[4] == 13) {
          throw new SerializationException("asked in vain", new IdNotFoundException());
        }
        return generic(bytes);
      };

  private final Deserializer<OrderOutcome> deserializer = ofOrderOutcomes(registry);

  private static SchemaCachingDeserializer<OrderOutcome> ofOrderOutcomes(
      Deserializer<GenericRecord> registry) {
    return new SchemaCachingDeserializer<>(
        OrderOutcome.class,
        (topic, bytes) -> {
          throw new SerializationException("not one of ours");
        },
        registry,
        new RegistryPatience(Duration.ofSeconds(20)));
  }

  @Test
  void shouldAskForASchemaOnceAndReadWhatAnotherVersionWrote() {
    for (var order : new String[] {"o1", "o2", "o3"}) {
      assertThat(deserializer.deserialize("order-outcomes", bytes(order)))
          .isEqualTo(
              OrderOutcome.newBuilder()
                  .setOrderId(order)
                  .setLabel(OutcomeLabel.CHARGEBACK)
                  .setKnownTimeMs(1_700_000_000_000L)
                  .build());
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void shouldTellWhatAnotherVersionWroteAsAvroBinaryOfOurs() {
    var encoded = new EncodedValueDeserializer<>(ofOrderOutcomes(registry));
    var ours = AvroBinary.encode(deserializer.deserialize("order-outcomes", bytes("o1")));
    assertThat(encoded.deserialize("order-outcomes", bytes("o1"))).isEqualTo(ours);
    assertThat(encoded.deserialize("order-outcomes", null)).isNull();
    var cut = Arrays.copyOf(bytes("o1"), 9);
    assertThatThrownBy(() -> encoded.deserialize("order-outcomes", cut))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void shouldNotLookAtWhatWasWrittenWithOurSchema() {
    var written = new GenericData.Record(OrderOutcome.getClassSchema());
    var encoded = new EncodedValueDeserializer<>(ofOrderOutcomes((topic, bytes) -> written));
    assertThat(encoded.deserialize("order-outcomes", new byte[] {0, 0, 0, 0, 9, 1, 2, 3}))
        .containsExactly(1, 2, 3);
  }

  @Test
  void shouldRefuseARecordOfAnotherType() {
    var orders =
        new SchemaCachingDeserializer<>(
            Order.class,
            (topic, bytes) -> null,
            registry,
            new RegistryPatience(Duration.ofSeconds(20)));
    assertThatThrownBy(() -> orders.deserialize("orders", bytes("o1")))
        .isInstanceOf(SerializationException.class)
        .hasMessage("OrderOutcome where Order belongs");
  }

  @Test
  void shouldLeaveWhatIsNotInTheWireFormatToTheRegistrysDeserializer() {
    assertThatThrownBy(() -> deserializer.deserialize("order-outcomes", new byte[] {1, 2, 3}))
        .isInstanceOf(SerializationException.class)
        .hasMessage("not one of ours");
    assertThat(asked).hasValue(0);
  }

  /** As registries' clients have one. */
  private static final class IdNotFoundException extends RuntimeException {}

  @Test
  void shouldWaitForARegistryThatIsAway() {
    unreachable.set(2);
    assertThat(deserializer.deserialize("order-outcomes", bytes("o1"))).isNotNull();
    assertThat(asked).hasValue(3);
  }

  /** As Apicurio's client throws it when the registry is away: without a cause or a message. */
  private static final class RestClientException extends RuntimeException {}

  @Test
  void shouldWaitForARegistryOfWhichTheClientDoesNotSayWhatIsWrong() {
    trouble = new RestClientException();
    unreachable.set(2);
    assertThat(deserializer.deserialize("order-outcomes", bytes("o1"))).isNotNull();
    assertThat(asked).hasValue(3);
  }

  @Test
  void shouldNotAskAgainAndAgainForASchemaThatNobodyKnows() {
    var unknown = new byte[] {0, 0, 0, 0, 13, 1, 2, 3};
    for (var i = 0; i < 3; i++) {
      assertThatThrownBy(() -> deserializer.deserialize("order-outcomes", unknown))
          .isInstanceOf(SerializationException.class);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void shouldNotAskForIdsThatNoRegistryHasGivenYet() {
    deserializer.deserialize("order-outcomes", bytes("o1"));
    for (var first : new byte[] {0x7f, 0x12, -1, -128}) {
      var garbage = new byte[] {0, first, 1, 2, 3, 4, 5, 6};
      assertThatThrownBy(() -> deserializer.deserialize("order-outcomes", garbage))
          .isInstanceOf(SerializationException.class)
          .hasMessageStartingWith("No schema has the id ");
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void shouldReadAGoodValueAfterABadOneOfTheSameSchema() {
    var cut = Arrays.copyOf(bytes("o1"), 9);
    assertThatThrownBy(() -> deserializer.deserialize("order-outcomes", cut))
        .isInstanceOf(SerializationException.class);
    assertThat(deserializer.deserialize("order-outcomes", bytes("o1"))).isNotNull();
  }

  @Test
  void shouldRefuseBytesThatAreNotOfTheSchemaTheyName() {
    var whole = bytes("o1");
    assertThat(deserializer.deserialize("order-outcomes", whole)).isNotNull();
    var cut = Arrays.copyOf(whole, 9);
    assertThatThrownBy(() -> deserializer.deserialize("order-outcomes", cut))
        .isInstanceOf(SerializationException.class);
  }

  private static byte[] bytes(String order) {
    try {
      var out = new ByteArrayOutputStream();
      out.write(new byte[] {0, 0, 0, 0, 9});
      var encoder = EncoderFactory.get().binaryEncoder(out, null);
      var record =
          new GenericRecordBuilder(WRITTEN)
              .set("known_time_ms", 1_700_000_000_000L)
              .set("note", "called by phone")
              .set("order_id", order)
              .set("label", OutcomeLabel.CHARGEBACK)
              .build();
      new GenericDatumWriter<GenericRecord>(WRITTEN).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GenericRecord generic(byte[] bytes) {
    try {
      return new GenericDatumReader<GenericRecord>(WRITTEN)
          .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    } catch (IOException e) {
      throw new SerializationException(e);
    }
  }
}

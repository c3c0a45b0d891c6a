package io.shopstream.local.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shopstream.events.Click;
import io.shopstream.events.ClickType;
import io.shopstream.events.serde.AvroBinary;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import io.shopstream.local.KafkaStack;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What any client with the usual Confluent serializers relies on. */
class WireFormatIT {

  @RegisterExtension static final KafkaStack STACK = KafkaStack.shared();

  private static final Click CLICK =
      Click.newBuilder()
          .setEventId("e1")
          .setType(ClickType.VIEW)
          .setTimeMs(1_700_000_000_000L)
          .setVisitorId("v1")
          .setItemId("85123A")
          .build();

  @Test
  void shouldWriteMagicByteSchemaIdAndAvroBinaryThatTheRegistryKnows() throws Exception {
    var serde = AvroSerdes.of(STACK.registryUrl()).values(Click.class);
    var bytes = serde.serializer().serialize(Topics.CLICKSTREAM.name(), CLICK);

    var buffer = ByteBuffer.wrap(bytes);
    assertThat(buffer.get()).isZero();
    var id = buffer.getInt();
    var avro = new byte[buffer.remaining()];
    buffer.get(avro);
    assertThat(avro).isEqualTo(AvroBinary.encode(CLICK));
    assertThat(schema("/apis/ccompat/v7/schemas/ids/" + id)).isEqualTo(Click.getClassSchema());
    assertThat(
            schema(
                "/apis/ccompat/v7/subjects/" + Topics.CLICKSTREAM.subject() + "/versions/latest"))
        .isEqualTo(Click.getClassSchema());
    assertThat(serde.deserializer().deserialize(Topics.CLICKSTREAM.name(), bytes)).isEqualTo(CLICK);
  }

  private static Schema schema(String path) throws Exception {
    var answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(STACK.registryUrl() + path))
                    .timeout(Duration.ofSeconds(10))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    var json = new ObjectMapper().readTree(answer.body());
    return new Schema.Parser().parse(json.get("schema").asText());
  }
}

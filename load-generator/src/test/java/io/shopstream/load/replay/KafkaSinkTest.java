package io.shopstream.load.replay;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaSinkTest {

  @TempDir Path directory;

  private static int closedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void shouldSayWhatToDoWhenNoBrokerAnswers() throws Exception {
    var broker = "127.0.0.1:" + closedPort();
    var environment = KafkaEnvironment.from(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker));

    assertThatThrownBy(() -> KafkaSink.connect(environment, Duration.ofSeconds(1)))
        .isInstanceOf(ReplayException.class)
        .hasMessage(
            "No Kafka broker answered at %s within 1 s. Start one with ./shopstream up, or name one in KAFKA_BOOTSTRAP_SERVERS.",
            broker);
  }

  @Test
  void shouldNameTheSettingThatCannotBeUsed() throws Exception {
    var noAddress = KafkaEnvironment.from(Map.of("KAFKA_BOOTSTRAP_SERVERS", "nowhere"));
    assertThatThrownBy(() -> KafkaSink.connect(noAddress, Duration.ofSeconds(1)))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");

    assertThatThrownBy(() -> KafkaEnvironment.from(Map.of("TOPIC_PARTITIONS", "six")))
        .hasMessage("TOPIC_PARTITIONS should be a number, not six");
    assertThatThrownBy(() -> KafkaEnvironment.from(Map.of("TOPIC_REPLICATION", "0")))
        .hasMessage("TOPIC_REPLICATION should be from 1 to 32767, not 0");
    var missing = directory.resolve("client.properties").toString();
    assertThatThrownBy(() -> KafkaEnvironment.from(Map.of("KAFKA_CLIENT_CONFIG", missing)))
        .hasMessageContaining("KAFKA_CLIENT_CONFIG")
        .hasMessageContaining(missing);
  }

  @Test
  void shouldNameTheSettingOfTheClientThatCannotBeUsed() throws Exception {
    var file = Files.writeString(directory.resolve("client.properties"), "security.protocol=NONE");
    var environment =
        KafkaEnvironment.from(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:" + closedPort(),
                "KAFKA_CLIENT_CONFIG",
                file.toString()));

    assertThatThrownBy(() -> KafkaSink.connect(environment, Duration.ofSeconds(1)))
        .isInstanceOf(ReplayException.class)
        .hasMessageContaining("KAFKA_CLIENT_CONFIG")
        .hasMessageContaining("security.protocol");
  }
}

package io.shopstream.local.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.local.Installation;
import io.shopstream.local.process.Lifetime;
import io.shopstream.local.process.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BrokerIT {

  private static final Duration READY = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  @Timeout(120) // well before the broker is given up
  void shouldTellWithoutWaitingThatTheBrokerEnded() throws Exception {
    try (var taken = new ServerSocket(Ports.free(), 1, InetAddress.getLoopbackAddress())) {
      var broker =
          new Broker(
              Installation.find(),
              folder.resolve("broker"),
              folder.resolve("broker.log"),
              Ports.free(),
              taken.getLocalPort());
      var process = broker.start(Lifetime.WITH_PARENT);
      assertThatThrownBy(() -> broker.awaitReady(process, READY))
          .hasMessageContaining("broker")
          .hasMessageContaining("Address already in use");
    }
  }
}

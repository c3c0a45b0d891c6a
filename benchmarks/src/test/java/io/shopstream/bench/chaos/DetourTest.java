package io.shopstream.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class DetourTest {

  @Test
  void shouldHoldBackWhatIsSentWhileItIsCutAndLoseNothing() throws Exception {
    var here = InetAddress.getLoopbackAddress();
    try (var server = new ServerSocket(0, 5, here);
        var detour = new Detour(0, server.getLocalPort());
        var near = new Socket(here, detour.port());
        var far = server.accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
      far.getOutputStream().write(2);
      assertThat(near.getInputStream().read()).isEqualTo(2);

      detour.cut();
      near.getOutputStream().write(3);
      far.setSoTimeout(200);
      assertThatThrownBy(() -> far.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      detour.whole();
      far.setSoTimeout(0);
      assertThat(far.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void shouldEndBothSidesWhenOneEnds() throws Exception {
    var here = InetAddress.getLoopbackAddress();
    try (var server = new ServerSocket(0, 5, here);
        var detour = new Detour(0, server.getLocalPort());
        var near = new Socket(here, detour.port())) {
      server.accept().close();
      assertThat(near.getInputStream().read()).isNegative();
    }
  }
}

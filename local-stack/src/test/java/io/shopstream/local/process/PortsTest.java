package io.shopstream.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PortsTest {

  @Test
  void shouldTellAFreePortFromATakenOne() throws Exception {
    var port = Ports.free();
    assertThat(Ports.isFree(port)).isTrue();
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Ports.isFree(socket.getLocalPort())).isFalse();
    }
    assertThat(Ports.isFree(port)).isTrue();
  }

  @Test
  void shouldTellNoPortTwice() {
    var ports = Stream.generate(Ports::free).limit(1_000).toList();
    assertThat(ports).doesNotHaveDuplicates();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldFindTheProcessThatListens() throws Exception {
    try (var socket = new ServerSocket(Ports.free(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(Ports.listener(socket.getLocalPort())).contains(ProcessHandle.current());
    }
  }

  @Test
  void shouldFindNobodyOnAFreePort() {
    assertThat(Ports.listener(Ports.free())).isEmpty();
  }
}

package io.shopstream.query.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {

  private final Gzip gzip = new Gzip(1);

  @ParameterizedTest
  @ValueSource(ints = {1, 2048, 100_000})
  void shouldPackWhatCannotGetSmallerOneAfterTheOther(int length) throws IOException {
    for (var seed = 0; seed < 3; seed++) {
      var content = new byte[length];
      new Random(seed).nextBytes(content);
      var plain = Unpooled.wrappedBuffer(content);

      var packed = gzip.pack(ByteBufAllocator.DEFAULT, plain);

      try (var in = new GZIPInputStream(new ByteBufInputStream(packed))) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
      assertThat(packed.release()).isTrue();
      assertThat(plain.refCnt()).isZero();
    }
  }
}

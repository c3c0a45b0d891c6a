package io.shopstream.events.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemHashTest {
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "abc, 44bc2cf5ad770999",
    "Nobody inspects the spammish repetition, fbcea83c8a378bf1"
  })
  void shouldGiveThePublishedValuesOfXxHash64(String id, String hex) {
    assertThat(ItemHash.of(id)).isEqualTo(Long.parseUnsignedLong(hex, 16));
  }

  @Test
  void shouldHashIdsAsUtf8() {
    assertThat(ItemHash.of("grün")).isEqualTo(ItemHash.of("grün".getBytes(StandardCharsets.UTF_8)));
  }

  @Property(tries = 200)
  void shouldNotDependOnWhereTheBytesStand(
      @ForAll byte[] id, @ForAll @IntRange(max = 20) int offset) {
    var within = new byte[offset + id.length + 3];
    System.arraycopy(id, 0, within, offset, id.length);
    assertThat(ItemHash.of(within, offset, offset + id.length)).isEqualTo(ItemHash.of(id));
  }
}

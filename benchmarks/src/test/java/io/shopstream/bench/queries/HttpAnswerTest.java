package io.shopstream.bench.queries;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.bench.queries.HttpAnswer.State;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class HttpAnswerTest {

  private static final String FULL =
      """
      HTTP/1.1 200 OK\r
      Content-Type: application/json\r
      Content-Length: 38\r
      \r
      {"recommendations":[{"item_id":"i1"}]}""";

  private static State take(HttpAnswer answer, String text) {
    answer.buffer().put(text.getBytes(StandardCharsets.US_ASCII));
    return answer.advance();
  }

  @Property
  void shouldFindTheEndWhereverTheBytesAreSplit(@ForAll @IntRange(min = 1, max = 120) int at) {
    var answer = new HttpAnswer(4096);
    var split = Math.min(at, FULL.length() - 1);

    assertThat(take(answer, FULL.substring(0, split))).isEqualTo(State.INCOMPLETE);
    assertThat(take(answer, FULL.substring(split))).isEqualTo(State.COMPLETE);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.isEmpty()).isFalse();
  }

  @Test
  void shouldTellAnEmptyAnswerAndAnother() {
    var answer = new HttpAnswer(4096);

    take(answer, "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"recommendations\":[]}");
    assertThat(answer.isEmpty()).isTrue();

    answer.clear();
    assertThat(take(answer, "HTTP/1.1 503 Busy\r\nCONTENT-LENGTH:0\r\n\r\n"))
        .isEqualTo(State.COMPLETE);
    assertThat(answer.status()).isEqualTo(503);
  }

  @Test
  void shouldNotTakeWhatHasNoLengthOrIsTooLong() {
    assertThat(take(new HttpAnswer(4096), "HTTP/1.1 200 OK\r\nx: y\r\n\r\n"))
        .isEqualTo(State.UNREADABLE);
    assertThat(take(new HttpAnswer(4096), "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\nx"))
        .isEqualTo(State.UNREADABLE);
    assertThat(take(new HttpAnswer(4096), "HTTP/2 200\r\ncontent-length: 1\r\n\r\nx"))
        .isEqualTo(State.UNREADABLE);
  }
}

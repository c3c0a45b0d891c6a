package io.shopstream.events.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateSecretTest {

  private static final String WORD = "0123456789abcdef";

  @Test
  void shouldAdmitThoseWhoSayItAndNobodyElse() {
    var secret = StateSecret.configured(WORD, "").orElseThrow();

    assertThat(secret.admits(secret.header())).isTrue();
    assertThat(secret.admits("Bearer " + WORD + "0")).isFalse();
    assertThat(secret.admits(WORD)).isFalse();
    assertThat(secret.admits(null)).isFalse();
    assertThat(secret.toString()).doesNotContain(WORD);
  }

  @Test
  void shouldReadAFileWithOrWithoutAnEndOfLine(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("secret"), WORD + "\n");

    var secret = StateSecret.configured("", file.toString()).orElseThrow();

    assertThat(secret.header()).isEqualTo("Bearer " + WORD);
  }

  @Test
  void shouldRefuseWhatIsNoSecret() {
    assertThat(StateSecret.configured("", " ")).isEmpty();
    assertThatThrownBy(() -> StateSecret.configured("short", ""))
        .hasMessageContaining("openssl rand")
        .hasMessageNotContaining("short ");
    assertThatThrownBy(() -> StateSecret.configured(WORD, "/file"))
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> StateSecret.configured("", "/no/such/file"))
        .hasMessageContaining("/no/such/file");
  }
}

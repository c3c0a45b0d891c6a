package io.shopstream.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  @Test
  void shouldMakeASecretOnceThatItsOwnerAloneCanRead(@TempDir Path folder) throws IOException {
    var secrets = new Secrets(folder.resolve("secrets"));

    var file = secrets.stateSecretFile();
    var first = Files.readString(file);

    assertThat(first).hasSize(64).matches("[0-9a-f]+");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    assertThat(secrets.stateAuthorization()).isEqualTo("Bearer " + first);
    assertThat(secrets.recommendationKey()).hasSize(64).isNotEqualTo(first);
    assertThat(new Secrets(folder.resolve("secrets")).recommendationKey())
        .isEqualTo(secrets.recommendationKey());
  }
}

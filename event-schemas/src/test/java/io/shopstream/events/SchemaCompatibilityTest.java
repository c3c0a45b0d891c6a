package io.shopstream.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds each schema against its last release (src/test/resources/released-schemas): what was
 * written then must be readable now. After a release, copy the schemas there.
 */
class SchemaCompatibilityTest {

  private static final Path SCHEMAS = Path.of("src/main/avro");
  private static final Path RELEASED = Path.of("src/test/resources/released-schemas");

  static Stream<String> released() throws IOException {
    try (var files = Files.list(RELEASED)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("released")
  void shouldReadWhatTheLastReleaseWrote(String file) throws IOException {
    var now = parse(SCHEMAS.resolve(file));
    var before = parse(RELEASED.resolve(file));

    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(now, before).getType())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @Test
  void shouldNoticeAFieldWithoutADefault() {
    var before = parse("{'type':'record','name':'R','fields':[]}");
    var now = parse("{'type':'record','name':'R','fields':[{'name':'f','type':'int'}]}");

    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(now, before).getType())
        .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("released")
  void shouldSayOfEachFieldWhatItIs(String file) throws IOException {
    assertDocumented(parse(SCHEMAS.resolve(file)));
  }

  private static void assertDocumented(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        assertThat(schema.getDoc()).as(schema.getName()).isNotBlank();
        for (var field : schema.getFields()) {
          assertThat(field.doc()).as(schema.getName() + "." + field.name()).isNotBlank();
          assertDocumented(field.schema());
        }
      }
      case ARRAY -> assertDocumented(schema.getElementType());
      case UNION -> schema.getTypes().forEach(SchemaCompatibilityTest::assertDocumented);
      default -> {
        // A plain type is described by its field.
      }
    }
  }

  private static Schema parse(Path file) throws IOException {
    return new Schema.Parser().parse(Files.readString(file));
  }

  private static Schema parse(String json) {
    return new Schema.Parser().parse(json.replace('\'', '"'));
  }
}

package io.shopstream.local.classdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Guard;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;

class ClassArchivesTest {

  @TempDir Path folder;

  private Path library;
  private Path log;
  private ClassArchives archives;

  @BeforeEach
  void copyALibrary() throws Exception {
    library = folder.resolve("library.jar");
    log = folder.resolve("log");
    archives = new ClassArchives(folder.resolve("archives"));
    Files.copy(placeOf(AutoComplete.class), library, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void shouldLoadTheClassesOfLibrariesFromAnArchiveOnceOneIsMade() throws Exception {
    assertThat(run()).doesNotContain("picocli.AutoComplete source: shared objects file");
    makeAll();
    assertThat(run()).contains("picocli.AutoComplete source: shared objects file");
    assertThat(archives.folder()).isDirectoryNotContaining("glob:**.{classes,dump,list,failed}");
  }

  @Test
  void shouldGoOnWithoutAnArchiveThatIsBroken() throws Exception {
    run();
    makeAll();
    var archive = ArchiveMaker.files(archives.folder(), ArchiveMaker.ARCHIVE).get(0);
    assertThat(archive.toFile().setWritable(true)).isTrue();
    Files.writeString(archive, "not an archive");
    assertThat(run()).contains("picocli.AutoComplete source: file:");
  }

  @Test
  void shouldRecordAgainWhenALibraryHasChanged() throws Exception {
    run();
    makeAll();
    assertThat(recorded()).isEmpty();
    Files.setLastModifiedTime(library, FileTime.fromMillis(1_700_000_000_000L));
    run();
    assertThat(recorded()).hasSize(1);
  }

  @Test
  void shouldStartWithoutWhereNothingCanBeWritten() throws Exception {
    Files.writeString(archives.folder(), "a file where the folder should be");
    assertThat(archives.with(program())).isEqualTo(program());
  }

  private List<Path> recorded() throws Exception {
    return ArchiveMaker.files(archives.folder(), ArchiveMaker.CLASSES);
  }

  private void makeAll() throws Exception {
    archives.makeMissing(placeOf(Guard.class).toString(), Lifetime.WITH_PARENT);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                ArchiveMaker.files(archives.folder(), ArchiveMaker.DUMP).isEmpty()
                    && recorded().isEmpty());
  }

  /** What the program prints about the classes it loads. */
  private String run() throws Exception {
    Files.deleteIfExists(log);
    var process = ChildProcess.start(archives.with(program()), Lifetime.WITH_PARENT);
    assertThat(process.awaitEnd(Duration.ofSeconds(60))).isTrue();
    assertThat(process.exitCode()).isZero();
    return Files.readString(log);
  }

  private JavaProgram program() throws Exception {
    return new JavaProgram(
        "completion",
        List.of("-Xmx64m", "-XX:+UseSerialGC", "-Xlog:class+load"),
        List.of(library.toString(), placeOf(Guard.class).toString()),
        AutoComplete.class.getName(),
        List.of("--help"),
        Map.of(),
        Optional.of(log));
  }

  private static Path placeOf(Class<?> one) throws Exception {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}

package io.shopstream.local.classdata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives of classes as the JVM has them in memory (application class-data sharing). A program
 * that has one maps its libraries' classes instead of parsing and verifying them, which is most of
 * what a start costs.
 *
 * <p>A program that has none yet runs with a list of the classes it loads being kept; {@link
 * ArchiveMaker} makes the archive of that list. An archive holds libraries only, not the project's
 * own classes: so it is good until the libraries or the JDK change, and neither a build nor classes
 * in a folder are in its way.
 *
 * <p>Nothing depends on an archive: without one, or where the folder cannot be written, a program
 * starts as it is.
 *
 * @param folder of the archives
 */
public record ClassArchives(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(ClassArchives.class);

  /** Lists of one program, of processes that are started together. */
  private static final int MOST_LISTS = 3;

  private static final int KEY_BYTES = 8;

  /** The program with the archive of its libraries, or with the options that record for one. */
  public JavaProgram with(JavaProgram program) {
    try {
      var libraries = libraries(program.classPath());
      var layout = memoryLayout(program.jvmOptions());
      if (libraries.isEmpty()) {
        return program;
      }
      var key = simpleName(program.mainClass()) + "-" + key(libraries, layout);
      var archive = folder.resolve(key + ArchiveMaker.ARCHIVE);
      if (Files.isReadable(archive)) {
        // What does not fit, the JVM leaves aside; it need not say so in the log.
        return program.withJvmOptions(
            List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off"));
      }
      if (Files.exists(folder.resolve(key + ArchiveMaker.FAILED))
          || ArchiveMaker.lists(folder, key).size() >= MOST_LISTS) {
        return program;
      }
      return program.withJvmOptions(List.of(recording(key, libraries, layout)));
    } catch (IOException e) {
      LOG.debug("{} starts without an archive of classes", program.name(), e);
      return program;
    }
  }

  /**
   * Makes the archives that are still missing, in the background, where the programs to archive
   * have run long enough to have loaded what they need.
   *
   * @param ownClasses class path of the maker
   * @param lifetime whether it ends with this process; then what is missing is made another time
   */
  public void makeMissing(String ownClasses, Lifetime lifetime) {
    try {
      if (ArchiveMaker.files(folder, ArchiveMaker.DUMP).isEmpty()) {
        return;
      }
      ChildProcess.start(
          new JavaProgram(
              "class-archives",
              List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
              List.of(ownClasses),
              ArchiveMaker.class.getName(),
              List.of(folder.toString()),
              Map.of(),
              Optional.of(folder.resolve("maker.log"))),
          lifetime);
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("No archives of classes are made", e);
    }
  }

  /** The option by which a JVM keeps the list of its classes. */
  private String recording(String key, List<String> libraries, List<String> layout)
      throws IOException {
    Files.createDirectories(folder);
    var arguments = new ArrayList<>(layout);
    arguments.addAll(List.of("-cp", String.join(File.pathSeparator, libraries)));
    Files.writeString(
        folder.resolve(key + ArchiveMaker.DUMP),
        arguments.stream()
            .map(ClassArchives::quoted)
            .collect(Collectors.joining("\n", "# " + java() + "\n", "\n")));
    return "-XX:DumpLoadedClassList="
        + Files.createTempFile(folder, key + "-", ArchiveMaker.CLASSES);
  }

  /** The JDK that runs now, and that has to make the archive. */
  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** As an argument file of {@code java} wants it. */
  private static String quoted(String argument) {
    return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * The jars at the head of a class path: an archive is good for every class path that begins as
   * its own, and a folder cannot be part of it.
   */
  private static List<String> libraries(List<String> classPath) {
    return classPath.stream().takeWhile(element -> element.endsWith(".jar")).toList();
  }

  /** The options that decide how objects lie in memory. */
  private static List<String> memoryLayout(List<String> options) {
    return options.stream()
        .filter(option -> option.startsWith("-XX:+Use") || option.startsWith("-Xmx"))
        .toList();
  }

  private static String simpleName(String mainClass) {
    return mainClass.substring(mainClass.lastIndexOf('.') + 1);
  }

  /** Changes with the JDK, with the options and with every jar. */
  private static String key(List<String> libraries, List<String> layout) throws IOException {
    var parts = new ArrayList<>(layout);
    parts.add(System.getProperty("java.home"));
    parts.add(Runtime.version().toString());
    for (var library : libraries) {
      var path = Path.of(library);
      parts.add(library + " " + Files.size(path) + " " + Files.getLastModifiedTime(path));
    }
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(String.join("\n", parts).getBytes(UTF_8)), 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}

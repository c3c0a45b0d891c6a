package io.shopstream.local.classdata;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the archives for which programs have recorded their classes. A program of its own, which
 * runs beside the others with the least claim to a processor, and on a class path of nothing but
 * the project's classes: it uses the JDK alone.
 */
public final class ArchiveMaker {

  static final String ARCHIVE = ".jsa";
  static final String CLASSES = ".classes";
  static final String DUMP = ".dump";
  static final String FAILED = ".failed";

  private static final int DUMP_SECONDS = 300;

  /** Archives of one program that are kept: of two JDKs, or before and after an upgrade. */
  private static final int KEPT = 2;

  private final Path folder;

  private ArchiveMaker(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes all that can be made now. Ends at once when another is at work.
   *
   * @param args folder of the archives
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var folder = Path.of(args[0]);
    try (var channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      if (lock != null) {
        new ArchiveMaker(folder).makeAll();
      }
    }
  }

  private void makeAll() throws IOException, InterruptedException {
    for (var dump : files(folder, DUMP)) {
      var name = dump.getFileName().toString();
      make(name.substring(0, name.length() - DUMP.length()), dump);
    }
  }

  private void make(String key, Path arguments) throws IOException, InterruptedException {
    var lists = lists(folder, key);
    var longest = lists.stream().max(Comparator.comparingLong(list -> list.toFile().length()));
    if (longest.isEmpty()) {
      return;
    }
    var classes = folder.resolve(key + ".list");
    var unfinished = folder.resolve(key + ".unfinished");
    var log = folder.resolve(key + ".log");
    Files.write(classes, ofLibraries(longest.get()));
    var command =
        List.of(
            javaOf(arguments),
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + classes,
            "-XX:SharedArchiveFile=" + unfinished,
            "@" + arguments);
    var code = run(command, log);
    if (code > 128) {
      // A signal ended it: another time.
      Files.deleteIfExists(unfinished);
      return;
    }
    if (code == 0 && Files.exists(unfinished)) {
      Files.move(
          unfinished,
          folder.resolve(key + ARCHIVE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      Files.delete(log);
      removeOld(key.substring(0, key.lastIndexOf('-') + 1));
    } else {
      // Not tried again and again: what this JDK cannot do today it cannot do tomorrow.
      Files.deleteIfExists(unfinished);
      Files.move(log, folder.resolve(key + FAILED), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.deleteIfExists(classes);
    Files.deleteIfExists(arguments);
    for (var list : lists) {
      Files.deleteIfExists(list);
    }
  }

  /** The first line of the arguments names it, as a comment. */
  private static String javaOf(Path arguments) throws IOException {
    return Files.readAllLines(arguments).get(0).substring("# ".length());
  }

  private static int run(List<String> command, Path log) throws IOException, InterruptedException {
    var process = startLast(command, log);
    // It goes with this one, which goes with the command that started it.
    var stop = new Thread(process::destroyForcibly, "stop-dump");
    Runtime.getRuntime().addShutdownHook(stop);
    var ended = process.waitFor(DUMP_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(stop);
    return ended ? process.exitValue() : -1;
  }

  /** Behind everything else that wants a processor, where the system can do that. */
  private static Process startLast(List<String> command, Path log) throws IOException {
    var patient = new ArrayList<>(List.of("nice", "-n", "19"));
    patient.addAll(command);
    try {
      return start(patient, log);
    } catch (IOException e) {
      return start(command, log);
    }
  }

  private static Process start(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .redirectInput(new File("/dev/null"))
        .start();
  }

  /**
   * The classes of libraries and JDK. Those of the project itself are not on the class path of the
   * archive, and a class that a loader of its own brought ({@code source:}) may not be there at the
   * next start. The last line may be cut off.
   */
  private static List<String> ofLibraries(Path list) throws IOException {
    var lines = new ArrayList<>(Files.readAllLines(list));
    if (!lines.isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    lines.removeIf(line -> line.contains("io/shopstream/") || line.contains(" source:"));
    return lines;
  }

  /** The newest archives of a program stay. */
  private void removeOld(String program) throws IOException {
    var archives =
        files(folder, ARCHIVE).stream()
            .filter(archive -> archive.getFileName().toString().startsWith(program))
            .sorted(Comparator.comparingLong((Path archive) -> archive.toFile().lastModified()))
            .toList();
    for (var archive : archives.subList(0, Math.max(0, archives.size() - KEPT))) {
      Files.delete(archive);
    }
  }

  /** The lists of classes that processes of one program have made. */
  static List<Path> lists(Path folder, String key) throws IOException {
    return files(folder, CLASSES).stream()
        .filter(file -> file.getFileName().toString().startsWith(key + "-"))
        .toList();
  }

  /** Files with an ending; none where there is no folder. */
  static List<Path> files(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(ending)).toList();
    }
  }
}

package io.shopstream.bench.growth;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/** Adds up the sizes of files; RocksDB may delete some meanwhile. */
final class FolderSize extends SimpleFileVisitor<Path> {
  private final Predicate<Path> counted;
  private long bytes;

  private FolderSize(Predicate<Path> counted) {
    this.counted = counted;
  }

  /**
   * The bytes of all files in a folder and its folders.
   *
   * @throws IOException when the folder cannot be read
   */
  static long of(Path folder) throws IOException {
    return of(folder, file -> true);
  }

  /**
   * The bytes of what a broker's folder holds of some topics. Its indexes are not counted: they are
   * files with holes, which take less than they say.
   *
   * @param topics which, by their names
   * @throws IOException when the folder cannot be read
   */
  static long ofTopics(Path folder, Predicate<String> topics) throws IOException {
    return of(
        folder,
        file ->
            file.toString().endsWith(".log")
                && topics.test(topicOf(file.getParent().getFileName().toString())));
  }

  /** The topic of a folder, which is named by topic and partition. */
  private static String topicOf(String folder) {
    return folder.replaceFirst("-\\d+$", "");
  }

  private static long of(Path folder, Predicate<Path> counted) throws IOException {
    var size = new FolderSize(counted);
    Files.walkFileTree(folder, size);
    return size.bytes;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (counted.test(file)) {
      bytes += attributes.size();
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    return FileVisitResult.CONTINUE;
  }
}

package io.shopstream.bench.growth;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Adds up the sizes of files; RocksDB may delete some meanwhile. */
final class FolderSize extends SimpleFileVisitor<Path> {
  private final String ending;
  private long bytes;

  private FolderSize(String ending) {
    this.ending = ending;
  }

  /**
   * The bytes of all files in a folder and its folders.
   *
   * @throws IOException when the folder cannot be read
   */
  static long of(Path folder) throws IOException {
    return of(folder, "");
  }

  /**
   * The bytes of the files whose names have an ending, as ".log": Kafka's indexes are files with
   * holes, which take less than they say.
   *
   * @throws IOException when the folder cannot be read
   */
  static long of(Path folder, String ending) throws IOException {
    var size = new FolderSize(ending);
    Files.walkFileTree(folder, size);
    return size.bytes;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (file.toString().endsWith(ending)) {
      bytes += attributes.size();
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    return FileVisitResult.CONTINUE;
  }
}

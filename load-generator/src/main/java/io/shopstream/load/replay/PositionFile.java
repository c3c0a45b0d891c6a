package io.shopstream.load.replay;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * Keeps the position of one data set in one target. It is written beside the old one and moved over
 * it, so that whatever happens there is a whole one.
 */
final class PositionFile {

  private static final int LONGEST_NAME = 180;

  private final Path file;
  private final String describes;

  private PositionFile(Path file, String describes) {
    this.file = file;
    this.describes = describes;
  }

  /**
   * The file of a data set and a target.
   *
   * @param directory made when needed
   */
  static PositionFile of(Path directory, String dataset, String target) {
    var name = (dataset + "@" + target).replaceAll("[^A-Za-z0-9@._-]+", "_");
    return new PositionFile(
        directory.resolve(name.substring(0, Math.min(name.length(), LONGEST_NAME)) + ".properties"),
        dataset + " into " + target);
  }

  Path path() {
    return file;
  }

  /**
   * The position kept; empty when there is none.
   *
   * @throws IOException naming the file when it cannot be read or is damaged
   */
  Optional<ReplayPosition> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    var properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    return Optional.of(
        new ReplayPosition(
            text(properties, "fingerprint"),
            number(properties, "time_shift_ms"),
            number(properties, "records")));
  }

  private String text(Properties properties, String key) throws IOException {
    var value = properties.getProperty(key);
    if (value == null) {
      throw damaged(key + " is missing", null);
    }
    return value;
  }

  private long number(Properties properties, String key) throws IOException {
    var value = text(properties, key);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw damaged(key + " is not a whole number: " + value, e);
    }
  }

  private IOException damaged(String what, Throwable cause) {
    return new IOException(
        "%s is damaged, %s. Remove the file to replay from the beginning with new event times."
            .formatted(file, what),
        cause);
  }

  /** Replaces the position kept. */
  void write(ReplayPosition position) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    var content =
        """
        # How far the replay of %s has got.
        fingerprint=%s
        time_shift_ms=%d
        records=%d
        """
            .formatted(
                describes, position.fingerprint(), position.timeShiftMs(), position.records());
    var beside = file.resolveSibling(file.getFileName() + ".new");
    try (var channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

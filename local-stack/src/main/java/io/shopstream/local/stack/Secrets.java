package io.shopstream.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;

/**
 * What the processes of one stack know of each other and nobody else does. Made when they are first
 * asked for, in files that their owner alone can read, and kept with the data of the stack.
 *
 * @param folder of the files
 */
public record Secrets(Path folder) {

  private static final int BYTES = 32;

  /** The secrets of a stack. */
  public static Secrets of(StackLayout layout) {
    return new Secrets(layout.data("secrets"));
  }

  /** File of the secret that the state endpoint asks for. */
  public Path stateSecretFile() {
    return made("state-secret");
  }

  /** Value of the header {@code Authorization} that opens the state endpoint. */
  public String stateAuthorization() {
    return "Bearer " + read(stateSecretFile());
  }

  /** Key that names of recommendations are signed with. */
  public String recommendationKey() {
    return read(made("recommendation-key"));
  }

  private Path made(String name) {
    var file = folder.resolve(name);
    try {
      if (Files.exists(file)) {
        return file;
      }
      Files.createDirectories(folder, ownersOnly("rwx------"));
      var secret = new byte[BYTES];
      new SecureRandom().nextBytes(secret);
      // Written beside and moved, so that nobody reads half of it.
      var draft = folder.resolve(name + "." + ProcessHandle.current().pid());
      try (var channel =
          Files.newByteChannel(
              draft,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownersOnly("rw-------"))) {
        channel.write(StandardCharsets.US_ASCII.encode(HexFormat.of().formatHex(secret)));
      }
      moveUnlessThere(draft, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** Whoever was first has made it: all must have the same. */
  private static void moveUnlessThere(Path draft, Path file) throws IOException {
    try {
      Files.move(draft, file);
    } catch (FileAlreadyExistsException e) {
      Files.delete(draft);
    }
  }

  private static FileAttribute<?>[] ownersOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}

package io.shopstream.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The built project on disk: where the class paths of its programs are.
 *
 * @param home root folder of the project
 */
public record Installation(Path home) {

  /**
   * System property that names the root folder of the project; the build and the launcher set it.
   */
  public static final String HOME_PROPERTY = "shopstream.home";

  /**
   * The project of this process: that of the system property {@value #HOME_PROPERTY}, else the one
   * that the working directory is in.
   *
   * @throws IllegalStateException when there is none
   */
  public static Installation find() {
    var property = System.getProperty(HOME_PROPERTY);
    if (property != null) {
      return new Installation(Path.of(property).toAbsolutePath().normalize());
    }
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("local-stack/pom.xml"))) {
        return new Installation(folder);
      }
    }
    throw new IllegalStateException(
        "The project's root folder is not known: set the system property " + HOME_PROPERTY);
  }

  /** Class path of the broker. */
  public List<String> brokerClassPath() {
    var libraries = require(home.resolve("local-stack/target/lib"));
    return List.of(ownClasses(), libraries.resolve("*").toString());
  }

  /** Class path of the registry. */
  public List<String> registryClassPath() {
    var folder = require(home.resolve("local-stack/target/registry"));
    try (var files = Files.newDirectoryStream(folder, "*-runner.jar")) {
      for (var file : files) {
        return List.of(file.toString(), ownClasses());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
    throw notBuilt(folder.resolve("*-runner.jar"));
  }

  /** Class path of one of the applications, for example {@code streams-app}. */
  public List<String> applicationClassPath(String module) {
    var target = home.resolve(module).resolve("target");
    return List.of(
        require(target.resolve("classes")).toString(),
        require(target.resolve("lib")).resolve("*").toString(),
        ownClasses());
  }

  private String ownClasses() {
    return require(home.resolve("local-stack/target/classes")).toString();
  }

  private static Path require(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw notBuilt(folder);
    }
    return folder;
  }

  private static IllegalStateException notBuilt(Path missing) {
    return new IllegalStateException(
        missing + " is missing. Build the project first: mvn -DskipTests package");
  }
}

package io.shopstream.local;

import io.shopstream.local.classdata.ClassArchives;
import io.shopstream.local.process.Lifetime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** Where programs find the archives of their classes; kept with what was built. */
  public ClassArchives classArchives() {
    return new ClassArchives(home.resolve("local-stack/target/class-archives"));
  }

  /**
   * Makes the archives that the programs which run now can have, in the background.
   *
   * @param lifetime whether that ends with this process
   */
  public void makeClassArchives(Lifetime lifetime) {
    classArchives().makeMissing(ownClasses(), lifetime);
  }

  /** Class path of the broker. */
  public List<String> brokerClassPath() {
    return librariesFirst("local-stack", List.of(ownClasses()));
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
    var classes = require(home.resolve(module).resolve("target/classes")).toString();
    return librariesFirst(module, List.of(classes, ownClasses()));
  }

  /**
   * Libraries of others, always in the same order, then what is built here: an archive of classes
   * is good for a class path that begins with what it was made of.
   */
  private List<String> librariesFirst(String module, List<String> classes) {
    var folder = require(home.resolve(module).resolve("target/lib"));
    try (var jars = Files.list(folder)) {
      var own =
          jars.map(Path::toString)
              .filter(jar -> jar.endsWith(".jar"))
              .sorted()
              .collect(Collectors.partitioningBy(this::isBuiltHere));
      return Stream.of(own.get(false), classes, own.get(true)).flatMap(List::stream).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }

  /** Whether a jar is that of a module: its name is the module's, and the version. */
  private boolean isBuiltHere(String jar) {
    var name = Path.of(jar).getFileName().toString();
    return Files.exists(home.resolve(name.replaceFirst("-\\d.*", "")).resolve("pom.xml"));
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

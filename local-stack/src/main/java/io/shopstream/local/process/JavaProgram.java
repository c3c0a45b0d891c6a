package io.shopstream.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What it takes to start a JVM.
 *
 * @param name short name for messages, for example {@code broker}
 * @param jvmOptions heap sizes and system properties
 * @param classPath elements of the class path
 * @param mainClass class to run
 * @param arguments of the main class
 * @param environment variables added to those of this process
 * @param log file that standard output and standard error are appended to; empty when they go where
 *     those of this process go
 */
public record JavaProgram(
    String name,
    List<String> jvmOptions,
    List<String> classPath,
    String mainClass,
    List<String> arguments,
    Map<String, String> environment,
    Optional<Path> log) {

  public JavaProgram {
    jvmOptions = List.copyOf(jvmOptions);
    classPath = List.copyOf(classPath);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** The same with further options of the JVM. */
  public JavaProgram withJvmOptions(List<String> further) {
    var options = new ArrayList<>(jvmOptions);
    options.addAll(further);
    return new JavaProgram(name, options, classPath, mainClass, arguments, environment, log);
  }
}

package io.shopstream.local.process;

import java.util.List;

/**
 * Large pages for the heap of a JVM: a processor finds memory by its page, and in a virtual machine
 * each page that it has not at hand is looked up twice over.
 */
public final class LargePages {

  private LargePages() {}

  /** The option that asks for them, on Linux; elsewhere a JVM refuses to start with it. */
  public static List<String> options() {
    return System.getProperty("os.name").startsWith("Linux")
        ? List.of("-XX:+UseTransparentHugePages")
        : List.of();
  }
}

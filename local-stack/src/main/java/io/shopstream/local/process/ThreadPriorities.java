package io.shopstream.local.process;

import java.util.List;

/**
 * Lets the operating system know which threads of a JVM may wait. Work that nobody waits for, such
 * as counting what goes together, comes in bursts of some ten milliseconds; without this it shares
 * the cores with those who answer, and their questions queue up.
 */
public final class ThreadPriorities {

  private ThreadPriorities() {}

  /**
   * The options that pass Java's priorities on, on Linux: 1 becomes a niceness of 5, 3 one of 1.
   * With 10 and 5, clicks were counted ten seconds late while compilers kept a core of two busy.
   * None is above the usual, which would take a right that not everybody has: without the last five
   * the compiler of who has it would go before those who answer.
   */
  public static List<String> options() {
    return System.getProperty("os.name").startsWith("Linux")
        ? List.of(
            "-XX:ThreadPriorityPolicy=1",
            "-XX:JavaPriority1_To_OSPriority=5",
            "-XX:JavaPriority3_To_OSPriority=1",
            "-XX:JavaPriority6_To_OSPriority=0",
            "-XX:JavaPriority7_To_OSPriority=0",
            "-XX:JavaPriority8_To_OSPriority=0",
            "-XX:JavaPriority9_To_OSPriority=0",
            "-XX:JavaPriority10_To_OSPriority=0")
        : List.of();
  }
}

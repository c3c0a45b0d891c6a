package io.shopstream.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Memory of a process as the system sees it. */
public final class ResidentMemory {

  private ResidentMemory() {}

  /**
   * Proportional set size of a process in bytes: its resident pages, each divided by the number of
   * processes that share it, so that sizes can be added up. Empty where the system does not tell
   * (it is Linux that does), or not to us.
   */
  public static OptionalLong proportionalSetSize(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}

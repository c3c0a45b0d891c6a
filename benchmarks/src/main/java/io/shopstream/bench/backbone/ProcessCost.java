package io.shopstream.bench.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process has used up so far.
 *
 * @param cpuSeconds processor time, user and system; NaN where the system does not tell
 * @param writtenBytes bytes it caused to be written to storage; NaN where the system does not tell
 *     (it is Linux that does)
 */
public record ProcessCost(double cpuSeconds, double writtenBytes) {

  /** What a process has used up to now. */
  public static ProcessCost of(ProcessHandle process) {
    return new ProcessCost(
        process
            .info()
            .totalCpuDuration()
            .map(Duration::toMillis)
            .map(millis -> millis / 1e3)
            .orElse(Double.NaN),
        writtenBytes(process.pid()));
  }

  private static double writtenBytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/io")).stream()
          .filter(line -> line.startsWith("write_bytes:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** What was used since an earlier moment. */
  public ProcessCost since(ProcessCost earlier) {
    return new ProcessCost(cpuSeconds - earlier.cpuSeconds, writtenBytes - earlier.writtenBytes);
  }
}

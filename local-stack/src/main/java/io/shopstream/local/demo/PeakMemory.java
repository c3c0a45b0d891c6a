package io.shopstream.local.demo;

import io.shopstream.local.process.ResidentMemory;
import io.shopstream.local.stack.LocalStack;
import java.util.concurrent.atomic.AtomicLong;

/** The largest memory of all processes of a stack together, as seen every other second. */
final class PeakMemory implements AutoCloseable {

  private static final long PERIOD_MS = 2000;

  private final AtomicLong peakBytes = new AtomicLong();
  private final Thread thread;

  PeakMemory(LocalStack stack) {
    this.thread = new Thread(() -> watch(stack), "peak-memory");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(LocalStack stack) {
    try {
      while (true) {
        var bytes =
            stack.processes().stream()
                .mapToLong(process -> ResidentMemory.proportionalSetSize(process.pid()).orElse(0))
                .sum();
        peakBytes.accumulateAndGet(bytes, Math::max);
        Thread.sleep(PERIOD_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Proportional set size in bytes; 0 where the system does not tell. */
  long bytes() {
    return peakBytes.get();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

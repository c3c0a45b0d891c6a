package io.shopstream.streams.runtime;

import java.time.Clock;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.WriteStallCondition;
import org.rocksdb.WriteStallInfo;

/**
 * How often and how long RocksDB slowed down or stopped the writes of a store because flushes and
 * compactions did not keep up. RocksDB tells of each change, so that watching costs nothing.
 */
public final class WriteStalls {

  /** Of all stores of the process. */
  public static final WriteStalls OF_ALL_STORES = new WriteStalls(Clock.systemUTC());

  /**
   * What is known so far.
   *
   * @param stores whose writes are slowed down or stopped just now
   * @param begun how often that began
   * @param totalMs how long it lasted, all stores added up, those of now included
   */
  public record Known(int stores, long begun, long totalMs) {}

  private final Clock clock;
  private int stores;
  private long begun;
  private long endedMs;
  // Sum of the times at which the stalls of now began.
  private long sinceMs;

  WriteStalls(Clock clock) {
    this.clock = clock;
  }

  /** What is known so far. */
  public synchronized Known known() {
    return new Known(stores, begun, endedMs + stores * clock.millis() - sinceMs);
  }

  private synchronized long began() {
    stores++;
    begun++;
    var nowMs = clock.millis();
    sinceMs += nowMs;
    return nowMs;
  }

  private synchronized void ended(long beganMs) {
    stores--;
    sinceMs -= beganMs;
    endedMs += Math.max(0, clock.millis() - beganMs);
  }

  /** Follows one store until it is closed. */
  Listener listener() {
    return new Listener(this);
  }

  /** What RocksDB calls. */
  static final class Listener extends AbstractEventListener {
    private static final long NOT_STALLED = -1;
    private final WriteStalls stalls;
    private long sinceMs = NOT_STALLED;

    private Listener(WriteStalls stalls) {
      super(EnabledEventCallback.ON_STALL_CONDITIONS_CHANGED);
      this.stalls = stalls;
    }

    @Override
    public void onStallConditionsChanged(WriteStallInfo change) {
      stalled(change.getCurrentCondition() != WriteStallCondition.NORMAL);
    }

    synchronized void stalled(boolean now) {
      if (now && sinceMs == NOT_STALLED) {
        sinceMs = stalls.began();
      } else if (!now && sinceMs != NOT_STALLED) {
        stalls.ended(sinceMs);
        sinceMs = NOT_STALLED;
      }
    }

    @Override
    public void close() {
      stalled(false);
      super.close();
    }
  }
}

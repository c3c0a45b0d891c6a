package io.shopstream.bench.chaos;

import io.shopstream.events.topics.Topics;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How long clicks wait between their acknowledgement by Kafka and the commit that counts them, in
 * the partition where they wait longest.
 */
final class Progress implements Runnable {

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final long ANSWER_MILLIS = 1_500;

  /** Waits longer than this are a disturbance. */
  private static final long DISTURBED_NANOS = Duration.ofMillis(1_500).toNanos();

  private record Waiting(long offset, long sinceNanos) {}

  private final Admin admin;
  private final List<Deque<Waiting>> waiting = new ArrayList<>();
  private long longestNanos;
  private long longestRecoveryNanos;
  private long faultNanos = System.nanoTime();
  private long disturbedByNanos;
  private boolean disturbed;

  Progress(Admin admin) {
    this.admin = admin;
    for (var partition = 0; partition < Cluster.PARTITIONS; partition++) {
      waiting.add(new ArrayDeque<>());
    }
  }

  /** A click was acknowledged. */
  void acknowledged(RecordMetadata place) {
    var partition = waiting.get(place.partition());
    synchronized (partition) {
      partition.add(new Waiting(place.offset(), System.nanoTime()));
    }
  }

  /** Something was broken just now. */
  synchronized void fault() {
    faultNanos = System.nanoTime();
  }

  /** Forgets what was measured so far, but for the clicks that wait. */
  synchronized void begin() {
    longestNanos = 0;
    longestRecoveryNanos = 0;
    disturbed = false;
    faultNanos = System.nanoTime();
  }

  /** The longest that a click waited, in seconds. */
  synchronized double longestPauseSeconds() {
    return longestNanos / 1e9;
  }

  /** The longest from a fault until no click waited longer than usual, in seconds. */
  synchronized double recoverySeconds() {
    return longestRecoveryNanos / 1e9;
  }

  /** Whether every acknowledged click is counted. */
  boolean isDrained() {
    return waiting() == 0;
  }

  /** Acknowledged clicks that are not counted yet. */
  long waiting() {
    var clicks = 0L;
    for (var partition : waiting) {
      synchronized (partition) {
        clicks += partition.size();
      }
    }
    return clicks;
  }

  /** Looks until the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        look();
        Thread.sleep(LOOK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    try {
      var committed =
          admin
              .listConsumerGroupOffsets(UserProfilesTopology.APPLICATION_ID)
              .partitionsToOffsetAndMetadata()
              .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
      for (var partition = 0; partition < waiting.size(); partition++) {
        var offset = committed.get(new TopicPartition(Topics.CLICKSTREAM.name(), partition));
        if (offset != null) {
          counted(waiting.get(partition), offset.offset());
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      // The brokers do not say: then the clicks wait on.
    }
    rate(System.nanoTime());
  }

  private static void counted(Deque<Waiting> partition, long offset) {
    synchronized (partition) {
      while (!partition.isEmpty() && partition.peek().offset() < offset) {
        partition.remove();
      }
    }
  }

  /** The longest that a click has been waiting that is not counted yet, in nanoseconds. */
  long waitingNanos() {
    var now = System.nanoTime();
    var longest = 0L;
    for (var partition : waiting) {
      synchronized (partition) {
        if (!partition.isEmpty()) {
          longest = Math.max(longest, now - partition.peek().sinceNanos());
        }
      }
    }
    return longest;
  }

  private void rate(long now) {
    var longest = waitingNanos();
    synchronized (this) {
      longestNanos = Math.max(longestNanos, longest);
      if (longest > DISTURBED_NANOS && !disturbed) {
        disturbed = true;
        disturbedByNanos = Math.min(faultNanos, now - longest);
      } else if (longest <= DISTURBED_NANOS && disturbed) {
        disturbed = false;
        longestRecoveryNanos = Math.max(longestRecoveryNanos, now - disturbedByNanos);
      }
    }
  }
}

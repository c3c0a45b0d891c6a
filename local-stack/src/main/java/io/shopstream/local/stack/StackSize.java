package io.shopstream.local.stack;

/**
 * How many processes of each kind a stack has. Where there are several instances of streams-app,
 * another one follows each store; three brokers keep three copies of each partition, of which two
 * must be written.
 *
 * @param streams instances of streams-app, 1 to {@value #MOST_INSTANCES}
 * @param queries instances of query-service, 1 to {@value #MOST_INSTANCES}
 * @param brokers 1 or 3
 */
public record StackSize(int streams, int queries, int brokers) {

  public static final int MOST_INSTANCES = 9;

  /** One of each. */
  public static final StackSize ONE = new StackSize(1, 1, 1);

  private static final int COPIES = 3;

  public StackSize {
    requireInstances("--streams", streams);
    requireInstances("--queries", queries);
    if (brokers != 1 && brokers != COPIES) {
      throw new IllegalArgumentException(
          "--brokers must be 1 or 3, not " + brokers + ": two cannot outvote a lost one");
    }
  }

  private static void requireInstances(String option, int instances) {
    if (instances < 1 || instances > MOST_INSTANCES) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d, not %d".formatted(option, MOST_INSTANCES, instances));
    }
  }

  /** Copies of each partition. */
  public short replication() {
    return (short) Math.min(brokers, COPIES);
  }

  /** Copies that must be written before a record is acknowledged. */
  public int minInSyncReplicas() {
    return Math.max(1, replication() - 1);
  }
}

package io.shopstream.query.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.ApplicationReport;
import io.shopstream.events.ConsumerPosition;
import io.shopstream.events.InstanceReport;
import io.shopstream.events.RocksDbReport;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PositionsTest {

  private static final TopicPartition PARTITION = new TopicPartition("orders", 3);

  private final Positions positions = new Positions();

  @Test
  void shouldKnowNothingOfOtherGroups() {
    positions.add(report("a", 1_000, 17));

    assertThat(positions.of("others", PARTITION, 5)).isEmpty();
    assertThat(positions.of("scoring", new TopicPartition("orders", 2), 5)).isEmpty();
  }

  /** After a crash another instance begins where the group had committed, which is further back. */
  @Test
  void shouldFollowThePartitionToTheInstanceThatHasIt() {
    positions.add(report("a", 1_000, 17));
    positions.add(report("b", 2_000, 12));
    positions.add(report("a", 1_500, 18));

    assertThat(positions.of("scoring", PARTITION, 10)).hasValue(12);
  }

  @Test
  void shouldNotStandBehindWhatIsCommitted() {
    positions.add(report("a", 1_000, 17));

    assertThat(positions.of("scoring", PARTITION, 20)).hasValue(20);
  }

  private static InstanceReport report(String host, long timeMs, long offset) {
    return InstanceReport.newBuilder()
        .setHost(host)
        .setPort(7070)
        .setTimeMs(timeMs)
        .setStartedMs(0)
        .setRocksdb(new RocksDbReport(0L, 0L, 0, 0L, 0L))
        .setApplications(
            List.of(
                ApplicationReport.newBuilder()
                    .setApplication("scoring")
                    .setPhase("running")
                    .setPositions(List.of(new ConsumerPosition("orders", 3, offset)))
                    .build()))
        .build();
  }
}

package io.shopstream.bench.rows;

import io.shopstream.bench.contender.ProductionSettings;
import io.shopstream.events.topics.Topics;
import io.shopstream.streams.profile.UserProfilesTopology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Runs both applications in place of streams-app and reads rows in the same process, when the
 * command says so. The two talk by files: this one says that it is ready and what it measured, the
 * command says when to begin.
 */
public final class RowsMain {

  static final String READY = "ready";
  static final String BEGIN = "begin";
  static final String RESULT = "result";

  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final long POLL_MS = 20;

  private RowsMain() {}

  /**
   * Runs until it is stopped.
   *
   * @param args name of a {@link RowTable}, seconds to read, folder of the files
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var settings = ProductionSettings.read();
    var rows = RowTable.valueOf(args[0]).application(settings);
    var duration = Duration.ofSeconds(Long.parseLong(args[1]));
    var folder = Path.of(args[2]);
    var profiles = settings.production(UserProfilesTopology.APPLICATION_ID);

    var commits = new CommitWatch();
    commits.watch(rows.topology(), Topics.ITEM_PAIRS.name());
    var userProfiles = new KafkaStreams(profiles.topology(), profiles.configuration());
    var itemRows = new KafkaStreams(rows.topology(), rows.configuration(), commits);
    var running = List.of(userProfiles, itemRows);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> running.parallelStream().forEach(one -> one.close(Duration.ofSeconds(20))),
                "stop-streams"));
    running.forEach(KafkaStreams::start);
    while (running.stream().anyMatch(one -> one.state() != KafkaStreams.State.RUNNING)) {
      Thread.sleep(POLL_MS);
    }
    Files.createFile(folder.resolve(READY));
    while (!Files.exists(folder.resolve(BEGIN))) {
      Thread.sleep(POLL_MS);
    }
    var reader = new RowReader(itemRows, settings.kafka().partitions());
    reader.read(WARM_UP);
    readings(reader.read(duration), commits).write(folder.resolve(RESULT));
    Thread.currentThread().join();
  }

  private static RowReadings readings(RowReader.Reads reads, CommitWatch watch) {
    var commits = 0;
    var longest = 0.0;
    var worst = 0L;
    for (var commit : watch.windows()) {
      if (reads.overlaps(commit)) {
        commits++;
        longest = Math.max(longest, commit.millis());
        worst = Math.max(worst, reads.worstDuring(commit));
      }
    }
    var latency = reads.latency();
    var service = reads.service();
    return new RowReadings(
        latency.getTotalCount(),
        millis(latency.getValueAtPercentile(50)),
        millis(latency.getValueAtPercentile(99)),
        millis(latency.getValueAtPercentile(99.9)),
        millis(latency.getMaxValue()),
        millis(service.getValueAtPercentile(50)),
        millis(service.getValueAtPercentile(99)),
        millis(service.getValueAtPercentile(99.9)),
        millis(worst),
        commits,
        longest,
        (double) reads.empty() / latency.getTotalCount());
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}

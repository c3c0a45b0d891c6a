package io.shopstream.streams.fraud;

import io.shopstream.streams.fraud.rules.RuleSet;
import io.shopstream.streams.fraud.rules.RuleSyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a file, read again when it or a list that it names has changed. Rules that cannot be
 * read are reported, and those read last stay.
 */
public final class RulesFile implements Supplier<RuleSet>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RulesFile.class);
  private static final long CHECK_INTERVAL_SECONDS = 2;
  private static final String SHIPPED = "fraud-rules.txt";

  private final Path file;
  private final ScheduledExecutorService watcher;
  private Map<Path, FileTime> readAt = Map.of();
  private volatile RuleSet rules;

  private RulesFile(Path fileOrNull, RuleSet rules) {
    this.file = fileOrNull;
    this.rules = rules;
    watcher =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, "fraud-rules");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The rules that come with the application; they never change. */
  public static RulesFile shipped() {
    try (var in = RulesFile.class.getClassLoader().getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException(SHIPPED + " is missing from the application");
      }
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new RulesFile(null, RuleSet.parse(SHIPPED, text, name -> List.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The rules of a file, followed from now on.
   *
   * @throws RuleSyntaxException naming file, line and column
   * @throws UncheckedIOException when the file cannot be read
   */
  public static RulesFile follow(Path file) {
    var rules = new RulesFile(file, RuleSet.NONE);
    try {
      rules.read();
    } catch (IOException e) {
      rules.close();
      throw new UncheckedIOException(
          "streams.fraud-scoring.rules-file (FRAUD_RULES_FILE) names a file that cannot be read: "
              + file,
          e);
    }
    var unused =
        rules.watcher.scheduleWithFixedDelay(
            rules::readIfChanged, CHECK_INTERVAL_SECONDS, CHECK_INTERVAL_SECONDS, TimeUnit.SECONDS);
    return rules;
  }

  @Override
  public RuleSet get() {
    return rules;
  }

  private void readIfChanged() {
    try {
      for (var each : readAt.entrySet()) {
        if (!Files.getLastModifiedTime(each.getKey()).equals(each.getValue())) {
          read();
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("The rules stay as they are, version {}: {}", rules.version(), e.getMessage());
    }
  }

  private void read() throws IOException {
    var times = new HashMap<Path, FileTime>();
    times.put(file, Files.getLastModifiedTime(file));
    // What cannot be parsed is not tried again until it changes.
    readAt = times;
    rules =
        RuleSet.parse(
            file.toString(),
            Files.readString(file),
            name -> {
              var list = file.resolveSibling(name);
              times.put(list, Files.getLastModifiedTime(list));
              return Files.readAllLines(list);
            });
    LOG.info("Fraud rules of version {}: {} rules", rules.version(), rules.rules().size());
  }

  @Override
  public void close() {
    watcher.shutdownNow();
  }
}

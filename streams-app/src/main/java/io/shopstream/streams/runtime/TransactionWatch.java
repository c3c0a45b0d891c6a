package io.shopstream.streams.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for {@link AbandonedTransactions} every two seconds, from its start to its close. */
final class TransactionWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TransactionWatch.class);
  private static final String NAME = "abandoned-transactions";
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** A transaction that is open for so long is looked at. */
  private static final Duration LONG_OPEN = Duration.ofSeconds(2);

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

  private final Admin admin;
  private final AbandonedTransactions abandoned;
  private final ScheduledExecutorService looks;

  /**
   * Starts to look.
   *
   * @param clientSettings how brokers are reached
   * @param applicationIds whose transactions may be ended
   */
  TransactionWatch(Map<String, Object> clientSettings, Set<String> applicationIds) {
    var settings = new HashMap<>(clientSettings);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, NAME);
    admin = Admin.create(settings);
    abandoned = new AbandonedTransactions(admin, applicationIds, LONG_OPEN);
    looks =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, NAME);
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        looks.scheduleWithFixedDelay(
            this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      abandoned.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("Open transactions of dead threads could not be looked for, trying again", e);
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
    admin.close(LONGEST_CLOSE);
  }
}

package io.shopstream.streams.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions that dead threads left open, with their process or before it.
 *
 * <p>An open transaction holds up the readers of committed records, and who takes over. Its
 * time-out would end it, but must be longer than a broker may be away, because a thread that lives
 * loses its stores with its transaction. So who is left looks for transactions that are open for
 * some time and whose thread is no member of the group any more, and begins them anew under the
 * same transactional id, which aborts them. The id of a transaction names its thread: application
 * id, process id, number of the thread; the client ids of the members name the same threads (Kafka
 * Streams, {@code StreamsProducer} and {@code StreamThread}).
 */
final class AbandonedTransactions {

  private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);

  /** Nobody waits for a look: the next one comes soon. */
  private static final int LONGEST_REQUEST_MS = 3_000;

  private static final Pattern TRANSACTIONAL_ID =
      Pattern.compile(
          "(?<process>(?<application>.+)-\\p{XDigit}{8}(?:-\\p{XDigit}{4,12}){4})-(?<thread>\\d+)");

  private final Admin admin;
  private final Set<String> applicationIds;
  private final Duration longOpen;

  /**
   * Prepares to look.
   *
   * @param admin stays open
   * @param applicationIds whose transactions may be ended
   * @param longOpen how long a transaction is open at least before it is looked at
   */
  AbandonedTransactions(Admin admin, Set<String> applicationIds, Duration longOpen) {
    this.admin = admin;
    this.applicationIds = Set.copyOf(applicationIds);
    this.longOpen = longOpen;
  }

  /**
   * Looks once and ends what it finds. What a broker does not answer for is left to the next look.
   *
   * @return the transactional ids whose transactions were ended
   */
  Set<String> end() throws InterruptedException {
    var open = new HashMap<String, Map<String, String>>();
    for (var transaction : openForLong()) {
      var id = TRANSACTIONAL_ID.matcher(transaction.transactionalId());
      if (id.matches() && applicationIds.contains(id.group("application"))) {
        open.computeIfAbsent(id.group("application"), application -> new HashMap<>())
            .put(id.group(), id.group("process") + "-StreamThread-" + id.group("thread") + "-");
      }
    }
    var ended = new HashSet<String>();
    // The members after the transactions: who begins one is a member by then.
    for (var application : open.entrySet()) {
      ended.addAll(end(application.getKey(), application.getValue()));
    }
    return ended;
  }

  private Collection<TransactionListing> openForLong() throws InterruptedException {
    var found = new HashSet<TransactionListing>();
    try {
      var options =
          new ListTransactionsOptions()
              .filterStates(Set.of(TransactionState.ONGOING))
              .filterOnDuration(longOpen.toMillis());
      var brokers =
          admin.listTransactions(options.timeoutMs(LONGEST_REQUEST_MS)).byBrokerId().get();
      for (var broker : brokers.entrySet()) {
        try {
          found.addAll(broker.getValue().get());
        } catch (ExecutionException e) {
          LOG.debug("broker {} does not tell its transactions", broker.getKey(), e);
        }
      }
    } catch (ExecutionException e) {
      LOG.debug("no broker tells its transactions", e);
    }
    return found;
  }

  private Set<String> end(String application, Map<String, String> threadsByTransactionalId)
      throws InterruptedException {
    try {
      var members = clientIds(application);
      if (members.isEmpty()) {
        return Set.of(); // nobody waits for them, and they may come back
      }
      var dead = new HashSet<String>();
      threadsByTransactionalId.forEach(
          (id, thread) -> {
            if (members.stream().noneMatch(member -> member.startsWith(thread))) {
              dead.add(id);
            }
          });
      if (!dead.isEmpty()) {
        admin
            .fenceProducers(dead, new FenceProducersOptions().timeoutMs(LONGEST_REQUEST_MS))
            .all()
            .get();
        LOG.info("{}: ended transactions that dead threads left open: {}", application, dead);
      }
      return dead;
    } catch (ExecutionException e) {
      LOG.debug("{}: its open transactions are looked at again later", application, e);
      return Set.of();
    }
  }

  private Set<String> clientIds(String group) throws InterruptedException, ExecutionException {
    var ids = new HashSet<String>();
    var described =
        admin
            .describeConsumerGroups(
                Set.of(group), new DescribeConsumerGroupsOptions().timeoutMs(LONGEST_REQUEST_MS))
            .describedGroups()
            .get(group)
            .get();
    described.members().forEach(member -> ids.add(member.clientId()));
    return Set.copyOf(ids);
  }
}

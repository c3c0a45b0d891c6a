package io.shopstream.streams.runtime;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares a task questions whose answers are known. A task with several topics takes records in the
 * order of their times, so before each record Kafka Streams asks of every topic that it has nothing
 * of whether there is something to wait for, and since 4.2 formats a message about each, whether or
 * not anybody reads it: 18 % of the time of user-profiles under a backlog of clicks, while hardly
 * anybody orders. That is what {@code max.task.idle.ms} set to -1 turns off, for good, and then
 * clicks overtake orders.
 *
 * <p>Here it is off only where no record can be overtaken: from a poll to the next, for a task that
 * has records of one partition at most, while the broker has no more of the others. What is
 * answered and what would have been is the same then. Kafka Streams keeps the setting in a field of
 * its own, read at each record; where a version of it has no such field all stays as it is.
 *
 * <p>What was turned off is turned on again when the task is closed: Kafka Streams opens the same
 * one again after a transaction that failed, and it must find the setting it was made with. A task
 * that is set to wait for topics the broker has no more of (above 0 ms) is left alone.
 *
 * <p>Owned by a stream thread: its processors register, and its consumer tells of each poll.
 */
public final class LoneSources {

  private static final Logger LOG = LoggerFactory.getLogger(LoneSources.class);

  private static final ThreadLocal<LoneSources> OF_THREAD =
      ThreadLocal.withInitial(LoneSources::new);

  private final Map<TaskId, Task> tasks = new HashMap<>();

  private LoneSources() {}

  /** What buffers the records of a task, inside Kafka Streams. */
  private record Task(
      Object buffers, Method partitions, Method buffered, Field idleMs, long configuredIdleMs) {

    static Task of(ProcessorContext<?, ?> context) throws ReflectiveOperationException {
      var task = field(context, "streamTask").get(context);
      var buffers = field(task, "partitionGroup").get(task);
      var idleMs = field(buffers, "maxTaskIdleMs");
      return new Task(
          buffers,
          method(buffers, "partitions"),
          method(buffers, "numBuffered", TopicPartition.class),
          idleMs,
          idleMs.getLong(buffers));
    }

    private static Field field(Object owner, String name) throws ReflectiveOperationException {
      var field = owner.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    private static Method method(Object owner, String name, Class<?>... types)
        throws ReflectiveOperationException {
      var method = owner.getClass().getDeclaredMethod(name, types);
      method.setAccessible(true);
      return method;
    }

    /** Whether it asks what the broker has, and waits for nothing else. */
    boolean asksOnly() {
      return configuredIdleMs == 0;
    }

    void restore() throws ReflectiveOperationException {
      idleMs.setLong(buffers, configuredIdleMs);
    }

    @SuppressWarnings("unchecked") // as it is declared
    void polled(ConsumerRecords<?, ?> records, Function<TopicPartition, OptionalLong> lag)
        throws ReflectiveOperationException {
      var giving = 0;
      var awaited = false;
      for (var partition : (Collection<TopicPartition>) partitions.invoke(buffers)) {
        if ((int) buffered.invoke(buffers, partition) > 0
            || !records.records(partition).isEmpty()) {
          giving++;
        } else if (mayHaveMore(partition, lag)) {
          awaited = true;
        }
      }
      idleMs.setLong(
          buffers,
          awaited || giving > 1 ? configuredIdleMs : StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    }
  }

  /** Whether the broker has more of a partition, as far as is known. */
  private static boolean mayHaveMore(
      TopicPartition partition, Function<TopicPartition, OptionalLong> lag) {
    try {
      return lag.apply(partition).orElse(1) > 0;
    } catch (IllegalStateException e) {
      // The partition was taken away in this poll, and its task is about to be closed.
      return true;
    }
  }

  /** Registers the task of a processor, in its {@code init}. */
  public static void register(ProcessorContext<?, ?> context) {
    forget(context.taskId());
    try {
      var task = Task.of(context);
      if (task.asksOnly()) {
        OF_THREAD.get().tasks.put(context.taskId(), task);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.info(
          "Empty topics of {} are asked before each record: {}", context.taskId(), e.toString());
    }
  }

  /** The task is closed; it may be opened again. */
  public static void forget(TaskId id) {
    var task = OF_THREAD.get().tasks.remove(id);
    if (task != null) {
      try {
        task.restore();
      } catch (ReflectiveOperationException e) {
        throw refusal(e);
      }
    }
  }

  private static IllegalStateException refusal(ReflectiveOperationException cause) {
    return new IllegalStateException("Kafka Streams refused what it had shown before", cause);
  }

  /**
   * The thread's consumer has polled.
   *
   * @param records that it brought, not yet with their tasks
   * @param lag how many records of a partition the broker has still, as far as is known
   */
  static void polled(ConsumerRecords<?, ?> records, Function<TopicPartition, OptionalLong> lag) {
    for (var task : OF_THREAD.get().tasks.values()) {
      try {
        task.polled(records, lag);
      } catch (ReflectiveOperationException e) {
        throw refusal(e);
      }
    }
  }
}

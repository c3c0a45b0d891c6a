package io.shopstream.streams.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what cannot be read or breaks a rule to the dead letters, as it came, in the transaction of
 * the task, and goes on with the next record. What went wrong with the machine and not with the
 * record (a store, the broker) still fails the task.
 *
 * <p>The headers are those of Kafka Streams' own dead-letter support, without its stack trace.
 */
public final class DeadLetterHandler
    implements DeserializationExceptionHandler,
        ProcessingExceptionHandler,
        ProductionExceptionHandler {

  /** Key under which the configuration of a Kafka Streams application carries a {@link Sink}. */
  public static final String SINK = "shopstream.dead.letter.sink";

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterHandler.class);
  private static final int MAX_MESSAGE_CHARACTERS = 500;

  /** Counts dead letters and decides which are worth a line in the log. */
  public static final class Sink {
    private static final long MIN_NANOS_BETWEEN_LINES = 1_000_000_000L;
    private final MeterRegistry meters;
    private final String application;
    // As many as topics that the application reads.
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private long lastLineNanos = System.nanoTime() - MIN_NANOS_BETWEEN_LINES;

    public Sink(MeterRegistry meters, String application) {
      this.meters = meters;
      this.application = application;
    }

    /** Shows zero for topics that nothing was refused of: a first one must be seen to come. */
    public void expect(Set<String> topics) {
      topics.forEach(this::counter);
    }

    private Counter counter(String topic) {
      return counters.computeIfAbsent(
          topic,
          name ->
              Counter.builder("shopstream.dead.letters.records")
                  .description("Records sent to the dead letters, by the topic they came from")
                  .tag("application", application)
                  .tag("topic", name)
                  .register(meters));
    }

    private boolean countAndAskForLine(String topic) {
      counter(topic).increment();
      return asksForLine();
    }

    private synchronized boolean asksForLine() {
      var now = System.nanoTime();
      if (now - lastLineNanos < MIN_NANOS_BETWEEN_LINES) {
        return false;
      }
      lastLineNanos = now;
      return true;
    }
  }

  private Sink sink;

  @Override
  public void configure(Map<String, ?> config) {
    sink = (Sink) config.get(SINK);
  }

  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    if (isOfTheMachine(exception)) {
      return DeserializationExceptionHandler.Response.fail();
    }
    return DeserializationExceptionHandler.Response.resume(
        List.of(deadLetter(context, context.topic(), record.key(), record.value(), exception)));
  }

  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception thrown) {
    var exception = FailedCasts.cause(thrown);
    return exception instanceof KafkaException || isOfTheMachine(exception)
        ? ProcessingExceptionHandler.Response.fail()
        : ProcessingExceptionHandler.Response.resume(lettersOfSource(context, exception));
  }

  /**
   * What was made of a record cannot be sent. A record too large for its topic will be so for ever:
   * what it was made of goes to the dead letters. Anything else is of the broker, and fails the
   * task or is sent again.
   */
  @Override
  public ProductionExceptionHandler.Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RecordTooLargeException
        && !record.topic().equals(Topics.DEAD_LETTERS.name())) {
      return ProductionExceptionHandler.Response.resume(
          isOfARecord(context)
              ? lettersOfSource(context, exception)
              : List.of(
                  deadLetter(context, record.topic(), record.key(), record.value(), exception)));
    }
    return exception instanceof RetriableException
        ? ProductionExceptionHandler.Response.retry()
        : ProductionExceptionHandler.Response.fail();
  }

  /** What was made of a record does not fit the schema of its topic. */
  @Override
  @SuppressWarnings("rawtypes") // so Kafka Streams has it
  public ProductionExceptionHandler.Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    return isOfTheMachine(exception)
        ? ProductionExceptionHandler.Response.fail()
        : ProductionExceptionHandler.Response.resume(lettersOfSource(context, exception));
  }

  /** What a timer does is no record's doing: there is no topic then. */
  private static boolean isOfARecord(ErrorHandlerContext context) {
    return context.topic() != null;
  }

  /** None after a timer: the next run of it goes on, and the log tells. */
  private List<ProducerRecord<byte[], byte[]>> lettersOfSource(
      ErrorHandlerContext context, Exception exception) {
    if (isOfARecord(context)) {
      return List.of(
          deadLetter(
              context,
              context.topic(),
              context.sourceRawKey(),
              context.sourceRawValue(),
              exception));
    }
    if (sink == null || sink.asksForLine()) {
      LOG.error(
          "A timer of {} in task {} failed (at most one line a second)",
          context.processorNodeId(),
          context.taskId(),
          exception);
    }
    return List.of();
  }

  /** A registry that cannot be reached says nothing about the record. */
  public static boolean isOfTheMachine(Throwable exception) {
    return AvroSerdes.isRegistryUnreachable(exception);
  }

  private ProducerRecord<byte[], byte[]> deadLetter(
      ErrorHandlerContext context, String topic, byte[] key, byte[] value, Exception exception) {
    var message = String.valueOf(exception.getMessage());
    if (message.length() > MAX_MESSAGE_CHARACTERS) {
      message = message.substring(0, MAX_MESSAGE_CHARACTERS);
    }
    if (sink != null && sink.countAndAskForLine(topic)) {
      LOG.warn(
          "Dead letter from {}-{} at offset {}: {}: {} (at most one line a second)",
          topic,
          context.partition(),
          context.offset(),
          exception.getClass().getSimpleName(),
          message);
      if (!(exception instanceof RejectedEventException)) {
        LOG.debug("Cause", exception);
      }
    }
    var headers = new RecordHeaders();
    context.headers().forEach(headers::add);
    headers.add("__streams.errors.exception", utf8(exception.getClass().getName()));
    headers.add("__streams.errors.message", utf8(message));
    headers.add("__streams.errors.topic", utf8(topic));
    headers.add("__streams.errors.partition", utf8(Integer.toString(context.partition())));
    headers.add("__streams.errors.offset", utf8(Long.toString(context.offset())));
    return new ProducerRecord<>(Topics.DEAD_LETTERS.name(), null, null, key, value, headers);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.topics.Topics;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.SerializationExceptionOrigin;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class DeadLetterHandlerTest {

  private static final byte[] KEY = {1};
  private static final byte[] VALUE = {2, 3};

  private final DeadLetterHandler handler = new DeadLetterHandler();

  /** A record of the orders on its way through. */
  private record OnItsWay(Headers headers) implements ErrorHandlerContext {
    @Override
    public String topic() {
      return "orders";
    }

    @Override
    public int partition() {
      return 4;
    }

    @Override
    public long offset() {
      return 17;
    }

    @Override
    public String processorNodeId() {
      return "node";
    }

    @Override
    public TaskId taskId() {
      return new TaskId(0, 4);
    }

    @Override
    public long timestamp() {
      return 1;
    }

    @Override
    public byte[] sourceRawKey() {
      return KEY;
    }

    @Override
    public byte[] sourceRawValue() {
      return VALUE;
    }
  }

  private static ErrorHandlerContext context() {
    return new OnItsWay(new RecordHeaders().add("shopstream.replays", new byte[] {'1'}));
  }

  private static void assertIsTheOriginal(ProducerRecord<byte[], byte[]> letter, String reason) {
    assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS.name());
    assertThat(letter.key()).isEqualTo(KEY);
    assertThat(letter.value()).isEqualTo(VALUE);
    assertThat(header(letter, "__streams.errors.topic")).isEqualTo("orders");
    assertThat(header(letter, "__streams.errors.partition")).isEqualTo("4");
    assertThat(header(letter, "__streams.errors.offset")).isEqualTo("17");
    assertThat(header(letter, "__streams.errors.message")).isEqualTo(reason);
    assertThat(header(letter, "shopstream.replays")).as("a loop is seen").isEqualTo("1");
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String key) {
    return new String(letter.headers().lastHeader(key).value(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldPutAwayWhatCannotBeRead() {
    var record = new ConsumerRecord<>("orders", 4, 17, KEY, VALUE);
    var response =
        handler.handleError(context(), record, new SerializationException("unknown magic byte"));
    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.RESUME);
    assertIsTheOriginal(response.deadLetterQueueRecords().get(0), "unknown magic byte");
  }

  @Test
  void shouldPutAwayWhatBreaksARule() {
    var response =
        handler.handleError(
            context(), new Record<>("k", "v", 1), new RejectedEventException("lines: too many"));
    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
    assertIsTheOriginal(response.deadLetterQueueRecords().get(0), "lines: too many");
  }

  @Test
  void shouldPutAwayWhatMakesMoreThanATopicTakes() {
    var made = new ProducerRecord<>("fraud-parts", new byte[] {9}, new byte[] {8});
    var response = handler.handleError(context(), made, new RecordTooLargeException("3 MB"));
    assertThat(response.result()).isEqualTo(ProductionExceptionHandler.Result.RESUME);
    assertIsTheOriginal(response.deadLetterQueueRecords().get(0), "3 MB");
  }

  @Test
  void shouldPutAwayWhatMakesSomethingThatFitsNoSchema() {
    var made = new ProducerRecord<Object, Object>("item-pairs", "k", "v");
    var response =
        handler.handleSerializationError(
            context(),
            made,
            new SerializationException("null in a field"),
            SerializationExceptionOrigin.VALUE);
    assertThat(response.result()).isEqualTo(ProductionExceptionHandler.Result.RESUME);
    assertIsTheOriginal(response.deadLetterQueueRecords().get(0), "null in a field");
  }

  @Test
  void shouldNotBlameTheRecordForTheMachine() {
    var record = new ConsumerRecord<>("orders", 4, 17, KEY, VALUE);
    var unreachable = new SerializationException("registry", new ConnectException("refused"));
    assertThat(handler.handleError(context(), record, unreachable).result())
        .isEqualTo(DeserializationExceptionHandler.Result.FAIL);
    var made = new ProducerRecord<>("fraud-parts", KEY, VALUE);
    assertThat(handler.handleError(context(), made, new NotEnoughReplicasException("2")).result())
        .isEqualTo(ProductionExceptionHandler.Result.RETRY);
    var letter = new ProducerRecord<>(Topics.DEAD_LETTERS.name(), KEY, VALUE);
    assertThat(handler.handleError(context(), letter, new RecordTooLargeException("1")).result())
        .as("a dead letter that cannot be sent must not be lost")
        .isEqualTo(ProductionExceptionHandler.Result.FAIL);
  }
}

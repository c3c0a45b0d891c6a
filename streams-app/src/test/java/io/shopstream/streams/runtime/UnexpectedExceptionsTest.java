package io.shopstream.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.topics.Topics;
import io.shopstream.streams.TopologyTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Code that breaks in ways that nobody has thought of. */
class UnexpectedExceptionsTest extends TopologyTest {

  private static final Duration TICK = Duration.ofSeconds(1);

  private final AtomicInteger ticks = new AtomicInteger();

  @BeforeEach
  void start() {
    start(new Breaking());
  }

  private final class Breaking implements StreamsTopology {
    @Override
    public String applicationId() {
      return "breaking";
    }

    @Override
    public Topology build() {
      var text = Serdes.String();
      return new Topology(FailedCasts.handled(applicationId()))
          .addSource("in", text.deserializer(), text.deserializer(), "in")
          .addProcessor("first", () -> new Breaks("first", ticks), "in")
          .addProcessor("second", () -> new Breaks("second", ticks), "first")
          .addSink("out", "out", text.serializer(), text.serializer(), "second");
    }

    @Override
    public Tuning tuning() {
      throw new UnsupportedOperationException("nothing runs it");
    }

    @Override
    public List<QueryableStore> queryableStores() {
      return List.of();
    }
  }

  /** Breaks at what begins with its name. */
  private static final class Breaks extends ContextualProcessor<String, String, String, String> {
    private final String name;
    private final AtomicInteger ticks;

    private Breaks(String name, AtomicInteger ticks) {
      this.name = name;
      this.ticks = ticks;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      super.init(context);
      context.schedule(
          TICK,
          PunctuationType.WALL_CLOCK_TIME,
          now -> {
            ticks.incrementAndGet();
            context.forward(new Record<>("tick", "second cast", now));
            var unused = Integer.class.cast(name);
          });
    }

    @Override
    public void process(Record<String, String> record) {
      if (record.value().equals(name + " cast")) {
        var unused = Integer.class.cast(record.value());
      }
      if (record.value().equals(name + " state")) {
        throw new IllegalStateException("unthinkable");
      }
      context().forward(record);
    }
  }

  private void pipe(String value) {
    driver
        .createInputTopic("in", new StringSerializer(), new StringSerializer())
        .pipeInput("key", value);
  }

  private List<String> out() {
    return driver
        .createOutputTopic("out", new StringDeserializer(), new StringDeserializer())
        .readValuesToList();
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(
        letter.headers().lastHeader("__streams.errors." + name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldPutAwayWhatTheCodeBreaksAtAndGoOn() {
    for (var value : List.of("first cast", "second cast", "first state", "second state", "good")) {
      pipe(value);
    }

    assertThat(out()).containsExactly("good");
    var letters = deadLetters();
    assertThat(letters)
        .extracting(letter -> new String(letter.value(), StandardCharsets.UTF_8))
        .containsExactly("first cast", "second cast", "first state", "second state");
    assertThat(letters).extracting(letter -> header(letter, "topic")).containsOnly("in");
    assertThat(letters)
        .extracting(letter -> header(letter, "exception"))
        .containsExactly(
            ClassCastException.class.getName(),
            ClassCastException.class.getName(),
            IllegalStateException.class.getName(),
            IllegalStateException.class.getName());
  }

  @Test
  void shouldGoOnAfterATimerThatBreaks() {
    driver.advanceWallClockTime(TICK);
    driver.advanceWallClockTime(TICK);
    pipe("good");

    assertThat(ticks).hasValue(4);
    assertThat(out()).contains("good");
    assertThat(driver.producedTopicNames()).doesNotContain(Topics.DEAD_LETTERS.name());
  }
}

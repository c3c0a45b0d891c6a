package io.shopstream.query;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What stands in the log, as {@code LOG_FORMAT} says. */
class LogFormatTest {

  private static String logged(String format) throws Exception {
    var console = new ByteArrayOutputStream();
    var before = System.out;
    System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
    try {
      var context = new LoggerContext();
      var names = new LogbackMDCAdapter();
      context.setMDCAdapter(names);
      context.putProperty("LOG_FORMAT", format);
      var configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
      names.put("request_id", "r-1");
      context.getLogger("io.shopstream.Test").warn("{} is away", "Kafka");
      context.stop();
    } finally {
      System.setOut(before);
    }
    return console.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  void shouldLogAnObjectALine() throws Exception {
    var line = new ObjectMapper().readTree(logged("json"));

    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("formattedMessage").asText()).isEqualTo("Kafka is away");
    assertThat(line.path("loggerName").asText()).isEqualTo("io.shopstream.Test");
    assertThat(line.at("/mdc/request_id").asText()).isEqualTo("r-1");
    assertThat(line.path("timestamp").asLong()).isPositive();
  }

  @Test
  void shouldLogALineForPeople() throws Exception {
    assertThat(logged("text")).endsWith("io.shopstream.Test r-1 - Kafka is away");
  }
}

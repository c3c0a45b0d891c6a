package io.shopstream.bench.fuzz;

import io.shopstream.events.serde.AvroSerdes;
import io.shopstream.events.topics.Topic;
import io.shopstream.events.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Publishes mutated records past the collector: into the topics of events records that fit the
 * schema with values that do not make sense, and the bytes of such changed; into all others bytes
 * that say nothing.
 */
public final class RecordFuzz implements AutoCloseable {

  private static final List<Topic> EVENTS =
      List.of(
          Topics.CLICKSTREAM,
          Topics.ORDERS,
          Topics.ORDER_OUTCOMES,
          Topics.CATALOG,
          Topics.IDENTITY_LINKS,
          Topics.ERASURES,
          Topics.RECOMMENDATION_IMPRESSIONS,
          Topics.FRAUD_MODEL_COMMANDS);

  private static final List<Topic> OTHERS =
      Topics.all().stream()
          .filter(topic -> !EVENTS.contains(topic) && !topic.equals(Topics.DEAD_LETTERS))
          .toList();

  private static final int WIRE_PREFIX = 5;

  private final Producer<byte[], byte[]> producer;
  private final Map<Topic, Serializer<SpecificRecord>> serializers = new HashMap<>();

  /**
   * Connects.
   *
   * @param client further settings of the producer
   */
  @SuppressWarnings("unchecked") // the topic's serializer gets the topic's records
  public RecordFuzz(String bootstrapServers, String registryUrl, Map<String, Object> client) {
    var settings = new HashMap<>(client);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    var serdes = AvroSerdes.of(registryUrl);
    for (var topic : EVENTS) {
      serializers.put(topic, (Serializer<SpecificRecord>) serdes.serializer(topic.value()));
    }
  }

  /** Publishes so many records. */
  public void send(long records, SplittableRandom random) {
    for (var i = 0L; i < records; i++) {
      // One in twenty goes where only applications of ours write.
      var topic =
          random.nextInt(20) == 0
              ? OTHERS.get(random.nextInt(OTHERS.size()))
              : EVENTS.get(random.nextInt(EVENTS.size()));
      var unused =
          producer.send(new ProducerRecord<>(topic.name(), key(random), value(topic, random)));
    }
    producer.flush();
  }

  private static byte[] key(SplittableRandom random) {
    return switch (random.nextInt(20)) {
      case 0 -> null;
      case 1 -> OddValues.text(random).getBytes(StandardCharsets.UTF_8);
      case 2 -> bytes(random, random.nextInt(100));
      default -> id(random).getBytes(StandardCharsets.UTF_8);
    };
  }

  private static String id(SplittableRandom random) {
    return "uvio".charAt(random.nextInt(4)) + "-" + random.nextInt(Requests.POPULATION);
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] value(Topic topic, SplittableRandom random) {
    if (!serializers.containsKey(topic)) {
      var garbage = bytes(random, random.nextInt(200));
      return switch (random.nextInt(3)) {
        case 0 -> garbage;
        case 1 -> join(wirePrefix(random), garbage);
        default -> null;
      };
    }
    if (random.nextInt(25) == 0) {
      return random.nextBoolean() ? null : bytes(random, random.nextInt(100));
    }
    var type = SpecificData.get().getSchema(topic.value());
    var value =
        serializers.get(topic).serialize(topic.name(), (SpecificRecord) value(type, random));
    return switch (random.nextInt(4)) {
      case 0 -> OddValues.mutated(value, random);
      case 1 -> join(wirePrefix(random), Arrays.copyOfRange(value, WIRE_PREFIX, value.length));
      default -> value;
    };
  }

  /** What stands before the content: a zero and the number of a schema, often another's. */
  private static byte[] wirePrefix(SplittableRandom random) {
    return ByteBuffer.allocate(WIRE_PREFIX)
        .put((byte) (random.nextInt(10) == 0 ? 1 : 0))
        .putInt(random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(40))
        .array();
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static Object value(Schema schema, SplittableRandom random) {
    return switch (schema.getType()) {
      case RECORD -> {
        var made =
            (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        for (var field : schema.getFields()) {
          made.put(field.pos(), value(field.schema(), random));
        }
        yield made;
      }
      case UNION -> random.nextBoolean() ? null : value(schema.getTypes().get(1), random);
      case STRING -> random.nextInt(10) == 0 ? string(random) : id(random);
      case LONG -> random.nextInt(4) == 0 ? OddValues.number(random) : time(random);
      case INT -> (int) (random.nextInt(4) == 0 ? OddValues.number(random) : random.nextInt(1, 10));
      case BOOLEAN -> random.nextInt(4) != 0;
      case DOUBLE -> random.nextDouble();
      case FLOAT -> (float) random.nextDouble();
      case BYTES -> ByteBuffer.wrap(bytes(random, random.nextInt(40)));
      case ENUM ->
          SpecificData.get()
              .createEnum(
                  schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())),
                  schema);
      case ARRAY -> {
        var list = new ArrayList<Object>();
        for (var left = random.nextInt(50) == 0 ? 300 : random.nextInt(4); left > 0; left--) {
          list.add(value(schema.getElementType(), random));
        }
        yield list;
      }
      default -> throw new IllegalStateException("No event has a field of " + schema.getType());
    };
  }

  /** Avro refuses half a character, so a producer can never send one. */
  private static String string(SplittableRandom random) {
    return OddValues.text(random).replace("\ud800", "?");
  }

  private static long time(SplittableRandom random) {
    return System.currentTimeMillis() - random.nextInt(3_600_000);
  }

  @Override
  public void close() {
    producer.close();
    serializers.values().forEach(Serializer::close);
  }
}

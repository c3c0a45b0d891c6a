package io.shopstream.events.serde;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Value serdes for the Confluent wire format: magic byte 0, four-byte schema id, Avro binary.
 *
 * <p>The serializer and deserializer are named by class in the configuration ({@value #SERIALIZER},
 * {@value #DESERIALIZER}); all other keys are passed to them. The defaults are Apicurio's in
 * Confluent-compatible mode.
 */
public final class AvroSerdes {

  public static final String SERIALIZER = "value.serializer";
  public static final String DESERIALIZER = "value.deserializer";

  /**
   * Key of how long a serde asks a registry again that cannot be reached, in milliseconds; 0 unless
   * set. The thread that reads or writes waits meanwhile.
   */
  public static final String PATIENCE_MS = "shopstream.registry.patience.ms";

  private static final String APICURIO_SPECIFIC = "apicurio.registry.use-specific-avro-reader";
  private static final String CONFLUENT_SPECIFIC = "specific.avro.reader";

  private final Map<String, Object> config;

  private AvroSerdes(Map<String, Object> config) {
    AvroBinary.boundWhatBytesMayClaim();
    this.config = config;
  }

  /**
   * Apicurio's serdes against a registry that speaks the Confluent API too.
   *
   * @param registryUrl root address of the registry, for example http://localhost:8081
   * @param overrides keys that replace or extend the defaults; a key with an empty value is removed
   */
  public static AvroSerdes of(String registryUrl, Map<String, String> overrides) {
    var config = new HashMap<String, Object>();
    config.put(SERIALIZER, "io.apicurio.registry.serde.avro.AvroKafkaSerializer");
    config.put(DESERIALIZER, "io.apicurio.registry.serde.avro.AvroKafkaDeserializer");
    config.put("apicurio.registry.url", registryUrl + "/apis/registry/v2");
    config.put("apicurio.registry.id-handler", "io.apicurio.registry.serde.Legacy4ByteIdHandler");
    config.put("apicurio.registry.use-id", "contentId");
    config.put("apicurio.registry.headers.enabled", "false");
    config.put(
        "apicurio.registry.artifact-resolver-strategy",
        "io.apicurio.registry.serde.strategy.TopicIdStrategy");
    config.put("apicurio.registry.auto-register", "true");
    config.put("apicurio.registry.auto-register.if-exists", "RETURN_OR_UPDATE");
    config.put(APICURIO_SPECIFIC, "true");
    // Confluent's names for the same; each serde ignores the other's.
    config.put("schema.registry.url", registryUrl + "/apis/ccompat/v7");
    config.put(CONFLUENT_SPECIFIC, "true");
    overrides.forEach(
        (key, value) -> {
          if (value.isEmpty()) {
            config.remove(key);
          } else {
            config.put(key, value);
          }
        });
    return new AvroSerdes(config);
  }

  /** {@link #of(String, Map)} without overrides. */
  public static AvroSerdes of(String registryUrl) {
    return of(registryUrl, Map.of());
  }

  /** A serde for the values of one type; the caller closes it. */
  public <T extends SpecificRecord> Serde<T> values(Class<T> type) {
    return Serdes.serdeFrom(serializer(type), deserializer(type));
  }

  /**
   * A serializer for the values of one type; the caller closes it. It asks the registry at the
   * first record of a topic only.
   */
  public <T extends SpecificRecord> Serializer<T> serializer(Class<T> type) {
    return recordSerializer();
  }

  /**
   * A serializer for values that are Avro binary already, by the schema of one type; the caller
   * closes it. Records of the type would be written alike.
   */
  public <T extends SpecificRecord> Serializer<byte[]> encodedSerializer(Class<T> type) {
    return new EncodedValueSerializer<>(type, recordSerializer());
  }

  @SuppressWarnings("unchecked") // a value serializer takes any record
  private <T extends SpecificRecord> SchemaIdCachingSerializer<T> recordSerializer() {
    var serializer = (Serializer<T>) instance(SERIALIZER, Serializer.class);
    serializer.configure(config, false);
    return new SchemaIdCachingSerializer<>(serializer, patience());
  }

  /**
   * A deserializer for the values of one type, or, for {@link SpecificRecord}, of whatever type the
   * schema of each value names; the caller closes it. It asks the registry at the first value of a
   * schema id only.
   */
  public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
    return recordDeserializer(type);
  }

  /**
   * A deserializer that tells values of one type as Avro binary by its schema; the caller closes
   * it. It does not look at them, unless they were written with another version of the schema.
   */
  public <T extends SpecificRecord> Deserializer<byte[]> encodedDeserializer(Class<T> type) {
    return new EncodedValueDeserializer<>(recordDeserializer(type));
  }

  @SuppressWarnings("unchecked") // what is of another type is refused
  private <T extends SpecificRecord> SchemaCachingDeserializer<T> recordDeserializer(
      Class<T> type) {
    var deserializer = (Deserializer<T>) instance(DESERIALIZER, Deserializer.class);
    deserializer.configure(config, false);
    var generic = (Deserializer<?>) instance(DESERIALIZER, Deserializer.class);
    var genericConfig = new HashMap<>(config);
    genericConfig.put(APICURIO_SPECIFIC, "false");
    genericConfig.put(CONFLUENT_SPECIFIC, "false");
    generic.configure(genericConfig, false);
    return new SchemaCachingDeserializer<>(type, deserializer, generic, patience());
  }

  private RegistryPatience patience() {
    return new RegistryPatience(
        Duration.ofMillis(Long.parseLong(config.getOrDefault(PATIENCE_MS, "0").toString())));
  }

  /** Whether an exception of a serde says that the registry cannot be reached. */
  public static boolean isRegistryUnreachable(Throwable exception) {
    return RegistryPatience.isUnreachable(exception);
  }

  private Object instance(String key, Class<?> type) {
    try {
      return Utils.newInstance(config.get(key).toString(), type);
    } catch (ClassNotFoundException | RuntimeException e) {
      throw new IllegalArgumentException(
          key + " names a class that cannot be used: " + config.get(key), e);
    }
  }
}

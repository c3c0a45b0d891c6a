package io.shopstream.local.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * What a broker and its clients need to speak TLS and to ask for a password (SASL/PLAIN): a
 * certificate of the broker, made by keytool, and a properties file for every client.
 *
 * @param folder of the files, which their owner alone can read
 */
public record KafkaSecurity(Path folder) {

  private static final String USER = "shopstream";
  private static final int PASSWORD_BYTES = 24;
  private static final int KEYTOOL_SECONDS = 60;

  /** What was made in a folder before; empty when nothing was. */
  public static Optional<KafkaSecurity> in(Path folder) {
    var there = new KafkaSecurity(folder);
    return Files.exists(there.clientConfig()) ? Optional.of(there) : Optional.empty();
  }

  /**
   * Makes what is not there yet.
   *
   * @throws UncheckedIOException when it cannot be written, or keytool fails
   */
  public static KafkaSecurity make(Path folder) {
    var security = new KafkaSecurity(folder);
    if (!Files.exists(security.clientConfig())) {
      try {
        security.make();
      } catch (IOException e) {
        throw new UncheckedIOException("Certificates cannot be made in " + folder, e);
      }
    }
    return security;
  }

  /** Properties file for every client: what {@code KAFKA_CLIENT_CONFIG} names. */
  public Path clientConfig() {
    return folder.resolve("client.properties");
  }

  /** The same as settings of a client. */
  public Map<String, Object> clientSettings() {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(clientConfig())) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(clientConfig() + " cannot be read", e);
    }
    var settings = new LinkedHashMap<String, Object>();
    properties.forEach((key, value) -> settings.put(key.toString(), value));
    return settings;
  }

  /**
   * Settings of a broker that takes clients and other brokers with TLS and password only.
   *
   * @param listeners its plain ones, of which the first is for clients
   */
  Map<String, Object> brokerSettings(String listeners) {
    var password = password();
    return Map.ofEntries(
        Map.entry("listeners", listeners.replace("PLAINTEXT://", "SASL_SSL://")),
        Map.entry("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"),
        Map.entry("security.inter.broker.protocol", "SASL_SSL"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
        Map.entry("sasl.enabled.mechanisms", "PLAIN"),
        Map.entry(
            "listener.name.sasl_ssl.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\" user_%1$s=\"%2$s\";"
                .formatted(USER, password)),
        Map.entry("ssl.keystore.type", "PKCS12"),
        Map.entry("ssl.keystore.location", folder.resolve("broker.p12")),
        Map.entry("ssl.keystore.password", password),
        Map.entry("ssl.truststore.type", "PEM"),
        Map.entry("ssl.truststore.location", folder.resolve("broker.pem")));
  }

  private String password() {
    try {
      return Files.readString(folder.resolve("password"));
    } catch (IOException e) {
      throw new UncheckedIOException("The password in " + folder + " cannot be read", e);
    }
  }

  private void make() throws IOException {
    Files.createDirectories(folder);
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
    var random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    var password = HexFormat.of().formatHex(random);
    Files.writeString(folder.resolve("password"), password);
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost",
        "-validity",
        "3650");
    keytool("-exportcert", "-rfc", "-file", folder.resolve("broker.pem").toString());
    // Last: whoever finds it finds everything.
    Files.writeString(
        clientConfig(),
        """
        security.protocol=SASL_SSL
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="%s" password="%s";
        ssl.truststore.type=PEM
        ssl.truststore.location=%s
        """
            .formatted(USER, password, folder.resolve("broker.pem")));
  }

  private void keytool(String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                arguments[0],
                "-alias",
                "broker",
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve("broker.p12").toString(),
                // in a file: a command line can be read by all
                "-storepass:file",
                folder.resolve("password").toString()));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    var log = folder.resolve("keytool.log").toFile();
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(
            "keytool failed: " + Files.readString(log.toPath(), StandardCharsets.UTF_8).strip());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while keytool was at work", e);
    }
  }
}

package io.shopstream.query.edge;

import io.micronaut.context.annotation.Context;
import io.micronaut.http.server.HttpServerConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in force: those of the file, read again when it changes, so that a key is given out or
 * taken back without a restart. A file that cannot be read any more leaves the keys as they were.
 */
@Context
final class ApiKeyFile {

  private static final Logger LOG = LoggerFactory.getLogger(ApiKeyFile.class);
  private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final String MAKE_ONE =
      """
      Make one:  key=$(openssl rand -hex 32); echo "my-key admin $(printf %s "$key" | sha256sum | cut -d' ' -f1)" > api-keys.txt; echo "$key"
      and start with API_KEYS_FILE=api-keys.txt. API_OPEN=true lets everybody in who can reach the service.""";

  private record Read(ApiKeys keys, FileTime time) {}

  private final Path file;
  private final AtomicLong lookedNanos = new AtomicLong(System.nanoTime());
  private volatile Read read;

  ApiKeyFile(EdgeConfiguration config, HttpServerConfiguration server) {
    var name = config.apiKeysFile();
    if (name == null || name.isBlank()) {
      file = null;
      server.getHost().ifPresent(host -> requireLoopback(host, config.open()));
    } else {
      file = Path.of(name);
      read = read(file);
      LOG.info("{} API keys in {}", read.keys().all().size(), file);
    }
  }

  private static void requireLoopback(String host, boolean open) {
    if (!open && !isLoopback(host)) {
      throw new IllegalStateException(
          "The service would listen on %s, where others reach it, without API keys.%n%s"
              .formatted(host, MAKE_ONE));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // the server will say it
    }
  }

  /** The keys in force; empty when none are configured. */
  Optional<ApiKeys> keys() {
    if (file == null) {
      return Optional.empty();
    }
    var looked = lookedNanos.get();
    var now = System.nanoTime();
    if (now - looked > LOOK_EVERY_NANOS && lookedNanos.compareAndSet(looked, now)) {
      readAgainIfChanged();
    }
    return Optional.of(read.keys());
  }

  private void readAgainIfChanged() {
    try {
      if (!Files.getLastModifiedTime(file).equals(read.time())) {
        read = read(file);
        LOG.info("{} API keys in {}, which changed", read.keys().all().size(), file);
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("The API keys stay as they were: {}", e.getMessage());
    }
  }

  private static Read read(Path file) {
    try {
      var time = Files.getLastModifiedTime(file);
      return new Read(ApiKeys.parse(file.toString(), Files.readAllLines(file)), time);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "API_KEYS_FILE names a file that cannot be read: " + file, e);
    }
  }
}

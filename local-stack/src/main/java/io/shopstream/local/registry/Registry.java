package io.shopstream.local.registry;

import io.shopstream.local.Installation;
import io.shopstream.local.process.ChildProcess;
import io.shopstream.local.process.Component;
import io.shopstream.local.process.HttpReadiness;
import io.shopstream.local.process.JavaProgram;
import io.shopstream.local.process.Lifetime;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One real Apicurio registry in a child JVM, on the loopback interface. Its schemas are kept in an
 * embedded database in one file, written at each commit: an id that a producer was given is there
 * after any crash.
 *
 * @param installation where the registry's jars are
 * @param data folder of the database file
 * @param log file for what the registry prints
 * @param port of its HTTP listener
 */
public record Registry(Installation installation, Path data, Path log, int port)
    implements Component {

  private static final String HOST = "127.0.0.1";

  /** Root address, for example http://127.0.0.1:8081. */
  public String url() {
    return "http://" + HOST + ":" + port;
  }

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public ChildProcess start(Lifetime lifetime) {
    return ChildProcess.start(installation.classArchives().with(program()), lifetime);
  }

  private JavaProgram program() {
    return new JavaProgram(
        name(),
        List.of(
            "-Xms32m",
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:MaxMetaspaceSize=192m",
            "-XX:ReservedCodeCacheSize=48m",
            "-Xss512k",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dquarkus.http.host=" + HOST,
            "-Dquarkus.http.port=" + port,
            "-Dquarkus.http.access-log.enabled=false",
            "-Dquarkus.thread-pool.max-threads=16",
            "-Dquarkus.vertx.event-loops-pool-size=2",
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2",
            // WRITE_DELAY=0: by default a commit may reach the file half a second later
            "-Dapicurio.datasource.url=jdbc:h2:file:"
                + data.toAbsolutePath().resolve("registry")
                + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0",
            // seconds; opening the file takes longer than the default of 5 on a machine that is
            // busy
            "-Dquarkus.datasource.h2.jdbc.acquisition-timeout=60",
            "-Dapicurio.datasource.jdbc.initial-size=1",
            "-Dapicurio.datasource.jdbc.min-size=1",
            "-Dapicurio.datasource.jdbc.max-size=16",
            "-Dapicurio.datasource.blue.jdbc.initial-size=0",
            "-Dapicurio.datasource.blue.jdbc.min-size=0",
            "-Dapicurio.datasource.green.jdbc.initial-size=0",
            "-Dapicurio.datasource.green.jdbc.min-size=0"),
        installation.registryClassPath(),
        "io.quarkus.runner.GeneratedMain",
        List.of(),
        // Quarkus would answer Ctrl-C by itself, before those who still need the registry have
        // ended
        Map.of("DISABLE_SIGNAL_HANDLERS", "true"),
        Optional.of(log));
  }

  @Override
  public void awaitReady(ChildProcess process, Duration timeout) {
    HttpReadiness.await(process, URI.create(url() + "/health/ready"), timeout);
  }
}

package io.shopstream.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.local.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Holds docker-compose.yml and the Dockerfiles against the applications' own configuration. */
class DockerComposeTest {

  private static final Path HOME = Installation.find().home();
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(?::([^}]*))?}");
  private static final Pattern PORT = Pattern.compile("(?:.*:)?(\\d+)$");

  /** What every program that talks to Kafka is told. */
  private static final Set<String> CLIENT_VARIABLES =
      Set.of(
          "KAFKA_BOOTSTRAP_SERVERS",
          "SCHEMA_REGISTRY_URL",
          "KAFKA_CLIENT_CONFIG",
          "TOPIC_PARTITIONS",
          "TOPIC_REPLICATION");

  private final Map<String, Object> compose = yaml(HOME.resolve("docker-compose.yml"));

  @Test
  void shouldRunTheVersionsThatTheBuildRuns() throws Exception {
    assertThat(service("kafka").get("image")).isEqualTo("apache/kafka:" + pinned("kafka.version"));
    assertThat(service("registry").get("image"))
        .isEqualTo("apicurio/apicurio-registry:" + pinned("apicurio.registry.version"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"streams-app", "query-service"})
  void shouldSetOnlyVariablesThatTheApplicationReads(String module) {
    var known = variables(module).keySet();
    assertThat(known).containsAll(environment(module).keySet());
    assertThat(environment(module)).containsKeys("HTTP_HOST", "HTTP_PORT");
    assertThat(environment(module).keySet()).containsAll(CLIENT_VARIABLES);
  }

  @Test
  void shouldSetTheSameVariablesAsTheEmbeddedStack(@TempDir Path folder) {
    var layout = new StackLayout(folder, 0);
    var embedded =
        Map.of(
            "streams-app", Application.streams(new Installation(HOME), layout),
            "query-service", Application.query(new Installation(HOME), layout));
    embedded.forEach(
        (module, application) -> {
          var names = new TreeSet<>(application.environment().keySet());
          // of the C library, no configuration of ours; the image sets it
          names.remove("MALLOC_ARENA_MAX");
          assertThat(variables(module).keySet()).containsAll(names);
          // the image finds its own name, and a secret is a variable here
          names.removeAll(Set.of("ADVERTISED_HOST", "STATE_SECRET_FILE"));
          names.add("STATE_SECRET");
          // what only others than the owner of this machine reach has to say so
          names.add(module.equals("streams-app") ? "STATE_OPEN" : "API_OPEN");
          if (module.equals("query-service")) {
            names.addAll(Set.of("API_KEYS_FILE", "CORS_ENABLED", "CORS_ORIGINS"));
          }
          assertThat(environment(module).keySet()).isEqualTo(names);
        });
  }

  @Test
  void shouldTellTheOneShotProgramsOnlyWhatTheyRead() throws Exception {
    for (var module : List.of("load-generator", "topics")) {
      var sources = sources(module.equals("topics") ? "local-stack" : module);
      assertThat(environment(module).keySet())
          .containsAll(CLIENT_VARIABLES)
          .allMatch(variable -> sources.contains(variable));
    }
  }

  @Test
  void shouldPointClientsAtServersThatListenThere() {
    var listeners = Set.of(environment("kafka").get("KAFKA_ADVERTISED_LISTENERS").split(",", -1));
    for (var module : List.of("streams-app", "query-service", "load-generator", "topics")) {
      var environment = environment(module);
      assertThat(listeners).contains("INTERNAL://" + environment.get("KAFKA_BOOTSTRAP_SERVERS"));
      assertThat(environment.get("SCHEMA_REGISTRY_URL")).isEqualTo("http://registry:8080");
    }
    assertThat(environment("registry").get("APICURIO_KAFKASQL_BOOTSTRAP_SERVERS"))
        .isEqualTo(environment("streams-app").get("KAFKA_BOOTSTRAP_SERVERS"));
    assertThat(environment("query-service").get("STATE_BOOTSTRAP"))
        .isEqualTo("streams-app:" + environment("streams-app").get("HTTP_PORT"));
  }

  @Test
  void shouldKeepEachServerOnThePortThatItsConfigurationImageAndChecksName() throws Exception {
    var layout = StackLayout.of(new Installation(HOME), 0);
    for (var module : List.of("streams-app", "query-service")) {
      var port = environment(module).get("HTTP_PORT");
      assertThat(variables(module).get("HTTP_PORT")).isEqualTo(port);
      assertThat(layout.ports().get(module)).hasToString(port);
      assertThat(dockerfile(module)).contains("\nEXPOSE " + port + "\n");
      assertThat(service(module).get("healthcheck").toString())
          .contains("/127.0.0.1/" + port + ";");
    }
    assertThat(ports("query-service")).allMatch(mapping -> mapping.endsWith(":8080"));
  }

  @Test
  void shouldAgreeOnTheNumberOfPartitions() {
    for (var module : List.of("streams-app", "query-service", "load-generator", "topics")) {
      assertThat(environment(module).get("TOPIC_PARTITIONS"))
          .isEqualTo(Integer.toString(LocalStack.PARTITIONS));
    }
    assertThat(variables("streams-app").get("TOPIC_PARTITIONS"))
        .isEqualTo(variables("query-service").get("TOPIC_PARTITIONS"))
        .isEqualTo(Integer.toString(LocalStack.PARTITIONS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"streams-app", "query-service"})
  void shouldLetTheApplicationsScale(String module) {
    assertThat(service(module)).doesNotContainKeys("container_name", "hostname");
    // a single port of the host, or one folder for all, would stop the second container
    assertThat(ports(module))
        .allMatch(mapping -> mapping.matches("127\\.0\\.0\\.1:\\d+-\\d+:\\d+"));
    assertThat(strings(service(module).get("volumes"))).noneMatch(volume -> volume.contains(":"));
  }

  @Test
  void shouldPublishPortsOnTheLoopbackInterfaceOnlyAndEachOnce() {
    var taken = new HashSet<Integer>();
    for (var name : services().keySet()) {
      for (var mapping : ports(name)) {
        assertThat(mapping).startsWith("127.0.0.1:");
        var range =
            Stream.of(mapping.split(":", -1)[1].split("-", -1)).map(Integer::valueOf).toList();
        for (var port = range.get(0); port <= range.get(range.size() - 1); port++) {
          assertThat(taken.add(port)).as("port %d is published once", port).isTrue();
        }
      }
    }
    var kafka = environment("kafka").get("KAFKA_ADVERTISED_LISTENERS");
    assertThat(kafka).contains("HOST://127.0.0.1:" + containerPort(ports("kafka").get(0)));
  }

  @Test
  void shouldBuildImagesOfClassesThatAreThere() throws Exception {
    for (var name : services().keySet()) {
      if (service(name).get("build") instanceof Map<?, ?> build) {
        var dockerfile = HOME.resolve(build.get("dockerfile").toString());
        var module = dockerfile.getParent().getFileName().toString();
        var main = Pattern.compile("io\\.shopstream\\.[\\w.]+").matcher(dockerfile(module));
        assertThat(main.find()).as("main class in %s", dockerfile).isTrue();
        assertThat(HOME.resolve(module).resolve("src/main/java"))
            .isDirectoryRecursivelyContaining(
                file -> file.endsWith(Path.of(main.group().replace('.', '/') + ".java")));
      }
    }
  }

  @Test
  void shouldWaitForServicesThatExistAndTellWhenTheyAreHealthy() {
    for (var name : services().keySet()) {
      if (service(name).get("depends_on") instanceof Map<?, ?> needed) {
        needed.forEach(
            (other, how) -> {
              assertThat(services()).containsKey(other.toString());
              if (how.toString().contains("service_healthy")) {
                assertThat(service(other.toString())).containsKey("healthcheck");
              }
            });
      }
    }
  }

  private Map<String, Object> services() {
    return map(compose.get("services"));
  }

  private Map<String, Object> service(String name) {
    return map(services().get(name));
  }

  private Map<String, String> environment(String service) {
    return map(service(service).get("environment")).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().toString()));
  }

  private List<String> ports(String service) {
    return strings(service(service).get("ports"));
  }

  private static String containerPort(String mapping) {
    var matcher = PORT.matcher(mapping);
    assertThat(matcher.matches()).isTrue();
    return matcher.group(1);
  }

  /** Variables that an application's configuration names, with their defaults. */
  private static Map<String, String> variables(String module) {
    var variables = new HashMap<String, String>();
    VARIABLE
        .matcher(read(HOME.resolve(module).resolve("src/main/resources/application.yml")))
        .results()
        .forEach(
            result ->
                variables.put(result.group(1), result.group(2) == null ? "" : result.group(2)));
    return variables;
  }

  private static String sources(String module) throws IOException {
    try (var files = Files.walk(HOME.resolve(module).resolve("src/main/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(DockerComposeTest::read)
          .collect(Collectors.joining());
    }
  }

  private static String dockerfile(String module) {
    return read(HOME.resolve(module).resolve("Dockerfile"));
  }

  private static String pinned(String property) {
    var matcher =
        Pattern.compile("<" + Pattern.quote(property) + ">(.*?)<")
            .matcher(read(HOME.resolve("pom.xml")));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static Map<String, Object> yaml(Path file) {
    return map(new Yaml().load(read(file)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, Object> map(Object node) {
    var map = new HashMap<String, Object>();
    ((Map<?, ?>) node).forEach((key, value) -> map.put(key.toString(), value));
    return map;
  }

  private static List<String> strings(Object node) {
    return node == null ? List.of() : ((List<?>) node).stream().map(Object::toString).toList();
  }
}

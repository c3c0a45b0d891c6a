package io.shopstream.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/** Holds the arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "io.shopstream", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule arrowsBetweenModulesPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("event-schemas")
          .definedBy("io.shopstream.events..")
          .layer("streams-app")
          .definedBy("io.shopstream.streams..")
          .layer("query-service")
          .definedBy("io.shopstream.query..")
          .layer("load-generator")
          .definedBy("io.shopstream.load..")
          .layer("local-stack")
          .definedBy("io.shopstream.local..")
          .layer("benchmarks")
          .definedBy("io.shopstream.bench..")
          .whereLayer("streams-app")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("query-service")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("load-generator")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("local-stack")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("benchmarks")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("event-schemas")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule mathsKnowsNeitherKafkaNorMicronaut =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.shopstream.streams.profile..",
              "io.shopstream.streams.cooccurrence..",
              "io.shopstream.streams.fraud.(features|model|rules|decision|messages)..")
          .and()
          .haveSimpleNameNotEndingWith("Topology")
          .and()
          .haveNameNotMatching(".*(Processor|PartitionCheck|Shoppers)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "io.micronaut..");

  @ArchTest
  static final ArchRule howToRecommendKnowsNeitherKafkaNorMicronaut =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.shopstream.query.recommend.chain..", "io.shopstream.query.recommend.rules..")
          .or()
          .haveNameMatching("io\\.shopstream\\.query\\.catalog\\.(ContentIndex|Ranking)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "io.micronaut..");

  @ArchTest
  static final ArchRule roomsOfStreamsAppFormNoCircle =
      slices().matching("io.shopstream.streams.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule roomsOfQueryServiceFormNoCircle =
      slices().matching("io.shopstream.query.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule insidesOfKafkaStreamsAreKnownToTheStoresOnly =
      noClasses()
          .that(not(resideInAnyPackage("io.shopstream.streams.store..")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka.streams.processor.internals..",
              "org.apache.kafka.streams.state.internals..");

  @ArchTest
  static final ArchRule failedCastsAreHandledInEveryTopology =
      noClasses()
          .that()
          .resideInAPackage("io.shopstream.streams..")
          .should()
          .callConstructor(Topology.class)
          .orShould()
          .callConstructor(StreamsBuilder.class);

  @ArchTest
  static final ArchRule contractsKnowNoFramework =
      classes()
          .that()
          .resideInAPackage("io.shopstream.events..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.shopstream.events..",
              "java..",
              "javax.crypto..",
              "org.apache.avro..",
              "org.apache.kafka..",
              "org.slf4j..");
}

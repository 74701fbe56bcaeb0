package dev.nauarch.verification.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.nauarch.scheduling.badcore.BadCore;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A core gives the same answer to the same events, on any machine, in real or virtual time. */
class PureCoreTest {
  private static final Set<String> NOT_IN_A_CORE =
      Set.of(
          "java.time.Instant.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.InstantSource.system",
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.Random.<init>",
          // Their iteration order changes from one JVM run to the next.
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.Map.of",
          "java.util.Map.ofEntries",
          "java.util.Map.copyOf",
          "java.util.stream.Collectors.toUnmodifiableSet",
          "java.util.stream.Collectors.toUnmodifiableMap");

  /** The pure packages; the store's core and port lie beside its adapters. */
  private static final String[] CORES = {
    "dev.nauarch.kernel",
    "dev.nauarch.kernel.virtual",
    "dev.nauarch.expression..",
    "dev.nauarch.scheduling..",
    "dev.nauarch.reconcile..",
    "dev.nauarch.routing..",
    "dev.nauarch.apiserver.fairness",
    "dev.nauarch.nodeagent.lifecycle",
    "dev.nauarch.nodeagent.simulated.stage",
  };

  private static final List<String> OUTSIDE =
      List.of("java.io.", "java.nio.file.", "java.nio.channels.", "java.net.", "org.slf4j.");

  private static final List<String> THREADS =
      List.of(
          "java.lang.Thread",
          "java.util.concurrent.locks.",
          "java.util.concurrent.Executor",
          "java.util.concurrent.BlockingQueue",
          "java.util.concurrent.CountDownLatch");

  // Looks at accesses, not calls: a rule on calls lets the method reference Instant::now through.
  private static final DescribedPredicate<JavaAccess<?>> NON_DETERMINISTIC =
      describe(
          "what differs from run to run",
          access ->
              NOT_IN_A_CORE.contains(access.getTargetOwner().getName() + "." + access.getName()));

  private static final DescribedPredicate<JavaClass> OUTSIDE_WORLD =
      describe(
          "files, sockets, logs and threads",
          type ->
              (OUTSIDE.stream().anyMatch(type.getName()::startsWith)
                      && !type.getName().equals("java.io.Serializable"))
                  || THREADS.stream().anyMatch(type.getName()::startsWith));

  static final ArchRule CORES_ARE_DETERMINISTIC =
      noClasses().that().resideInAnyPackage(CORES).should().accessTargetWhere(NON_DETERMINISTIC);

  static final ArchRule CORES_DO_NO_IO =
      noClasses().that().resideInAnyPackage(CORES).should().dependOnClassesThat(OUTSIDE_WORLD);

  private static JavaClasses production() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("dev.nauarch");
  }

  @Test
  void coresAreDeterministic() {
    CORES_ARE_DETERMINISTIC.check(production());
  }

  @Test
  void coresDoNoIo() {
    CORES_DO_NO_IO.check(production());
  }

  @Test
  void theRulesCatchABadCore() {
    var bad = new ClassFileImporter().importClasses(BadCore.class);
    var found = CORES_ARE_DETERMINISTIC.evaluate(bad).getFailureReport().getDetails();
    for (var sin : List.of("Instant.now", "Random.<init>", "Set.of", "Map.copyOf", "getenv")) {
      assertTrue(found.stream().anyMatch(line -> line.contains(sin)), sin + " in " + found);
    }
    assertEquals(
        2, found.stream().filter(line -> line.contains("Instant.now")).count(), found.toString());
    assertTrue(CORES_DO_NO_IO.evaluate(bad).hasViolation());
  }
}

package dev.nauarch.verification.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every gate of {@code mvn verify} stops the change that it is there for. Each case is a small
 * project under the same parent pom with one mistake.
 */
class GatesIT {
  private static final Path PROJECTS = Path.of("target", "gates").toAbsolutePath();
  private static final String GOOD =
      """
      package dev.nauarch.gate;

      /** A class without fault. */
      public final class Gate {
        private Gate() {}

        /** Doubles. */
        public static int twice(int number) {
          return 2 * number;
        }
      }
      """;
  private static final String PACKAGE =
      """
      /** One mistake. */
      @NullMarked
      package dev.nauarch.gate;

      import org.jspecify.annotations.NullMarked;
      """;

  @Test
  void aFaultlessProjectPasses() throws Exception {
    var result = verify("good", GOOD, "", "");
    assertEquals(0, result.code(), result.output());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          format     | return 2 * number; | return   2*number; | format violations
          warnings   | return 2 * number; | return (int) (2 * number); | redundant cast
          error-prone| return 2 * number; | new IllegalStateException(); return 2; | ERROR
          nullness   | return 2 * number; | Object o = null; return o.hashCode(); | NullAway
          parameters | twice(int number)  | twice(int number, int b, int c, int d, int e, int f, int g, int h) | ParameterNumber
          """)
  void aGateStopsItsMistake(String gate, String good, String bad, String expected)
      throws Exception {
    var result = verify(gate, GOOD.replace(good, bad), "", "");
    assertNotEquals(0, result.code(), gate + " let its mistake through");
    assertTrue(result.output().contains(expected), result.output());
  }

  @Test
  void aLongMethodAndALongFileAreStopped() throws Exception {
    var lines = "    number = number + number;\n".repeat(500);
    var result = verify("sizes", GOOD.replace("    return 2", lines + "    return 2"), "", "");
    assertNotEquals(0, result.code());
    assertTrue(result.output().contains("MethodLength"), result.output());
    assertTrue(result.output().contains("FileLength"), result.output());
  }

  @Test
  void aDependencyThatIsNotUsedIsStopped() throws Exception {
    var unused =
        "<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId></dependency>";
    var result = verify("honest-poms", GOOD, unused, "");
    assertNotEquals(0, result.code());
    assertTrue(result.output().contains("Unused declared"), result.output());
  }

  @Test
  void aLibraryInAPureModuleIsStopped() throws Exception {
    var library =
        "<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId></dependency>";
    var result = verify("layering", GOOD, library, "<pure.phase>validate</pure.phase>");
    assertNotEquals(0, result.code());
    assertTrue(result.output().contains("BannedDependencies"), result.output());
  }

  private record Result(int code, String output) {}

  private static Result verify(String name, String source, String dependency, String property)
      throws IOException, InterruptedException {
    var project = PROJECTS.resolve(name);
    var code = Files.createDirectories(project.resolve("src/main/java/dev/nauarch/gate"));
    Files.writeString(code.resolve("Gate.java"), source);
    Files.writeString(code.resolve("package-info.java"), PACKAGE);
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent>
            <groupId>dev.nauarch</groupId>
            <artifactId>nauarch</artifactId>
            <version>0.1.0-SNAPSHOT</version>
            <relativePath>../../../../pom.xml</relativePath>
          </parent>
          <artifactId>gate-%s</artifactId>
          <properties><checkstyle.skip>false</checkstyle.skip>%s</properties>
          <dependencies>%s</dependencies>
        </project>
        """
            .formatted(name, property, dependency));
    var process =
        new ProcessBuilder(List.of("mvn", "-B", "-o", "-ntp", "verify"))
            .directory(project.toFile())
            .redirectErrorStream(true)
            .start();
    try (var in = process.getInputStream()) {
      var output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    }
  }
}

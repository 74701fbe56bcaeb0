package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays the files in {@code scenarios}: input, {@code ----}, expected trace, blank line, and so on.
 * {@code -Dscenarios.rewrite} writes the traces anew; commit them only if you understand why they
 * changed.
 */
class ScenarioTest {

  private static final Path SOURCES = Path.of("src/test/resources/scenarios");

  @TestFactory
  List<DynamicTest> scenarios() throws IOException, URISyntaxException {
    var folder = Objects.requireNonNull(ScenarioTest.class.getResource("/scenarios"));
    try (var files = Files.list(Path.of(folder.toURI()))) {
      var tests =
          files
              .filter(file -> file.toString().endsWith(".txt"))
              .sorted()
              .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)))
              .toList();
      assertFalse(tests.isEmpty(), "there are scenarios");
      return tests;
    }
  }

  private static void play(Path file) throws IOException {
    var text = Files.readString(file);
    var played = played(text);
    if (System.getProperty("scenarios.rewrite") != null) {
      Files.writeString(SOURCES.resolve(file.getFileName().toString()), played);
    } else {
      assertEquals(text, played, file.getFileName().toString());
    }
  }

  /** The file with the traces that the core gives now. */
  private static String played(String text) {
    var scenario = new Scenario();
    var result = new ArrayList<String>();
    var input = new ArrayList<String>();
    var inTrace = false;
    for (var line : text.lines().toList()) {
      if (line.equals("----")) {
        inTrace = true;
        result.add(line);
        result.addAll(scenario.play(List.copyOf(input)));
        input.clear();
      } else if (inTrace && line.isEmpty()) {
        inTrace = false;
        result.add(line);
      } else if (!inTrace) {
        result.add(line);
        if (!line.isEmpty() && !line.startsWith("#")) {
          input.add(line);
        }
      }
    }
    return String.join("\n", result) + "\n";
  }
}

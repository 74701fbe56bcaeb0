package dev.nauarch.verification.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks over the source tree for what no compiler sees. */
class TreeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern BANNED_NAME =
      Pattern.compile("(Abstract\\w+|\\w*(Manager|Helper|Utils?|Impl|Data|Info|Base))\\.java");
  // Written in two parts, so that this file does not break its own rule.
  private static final List<String> BANNED_TEXT =
      List.of("// TO" + "DO", "* TO" + "DO", "@Dis" + "abled", "// FIX" + "ME");

  @Test
  void theTreeIsTidy() throws IOException {
    assertEquals(List.of(), problems(ROOT));
  }

  @Test
  void everyModuleStandsInTheArchitecture() throws IOException {
    var architecture = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
    var modules = Pattern.compile("<module>(.*?)</module>");
    var pom = modules.matcher(Files.readString(ROOT.resolve("pom.xml")));
    while (pom.find()) {
      assertTrue(architecture.contains("`" + pom.group(1) + "`"), pom.group(1));
    }
  }

  @Test
  void theRulesCatchAnUntidyTree(@TempDir Path tree) throws IOException {
    Files.writeString(tree.resolve("A.md"), "# One\n\ntext [gone](missing.md)\n\n# Two\n");
    var code = Files.createDirectories(tree.resolve("src/main/java/x"));
    Files.writeString(code.resolve("OrderManager.java"), "class OrderManager {} // TO" + "DO\n");
    var found = problems(tree);
    for (var expected :
        List.of(
            "2 titles", "missing.md", "OrderManager.java: a banned", "package-info", "TO" + "DO")) {
      assertTrue(found.stream().anyMatch(line -> line.contains(expected)), expected + ": " + found);
    }
  }

  private static List<String> problems(Path root) throws IOException {
    var found = new ArrayList<String>();
    for (var file : files(root)) {
      var name = root.relativize(file).toString();
      if (name.endsWith(".md")) {
        checkDocument(file, name, found);
      } else if (name.endsWith(".java")) {
        checkSource(file, name, found);
      }
    }
    return found;
  }

  private static void checkDocument(Path file, String name, List<String> found) throws IOException {
    var text = Files.readString(file);
    var prose = text.replaceAll("(?s)```.*?```", "");
    var titles = prose.lines().filter(line -> line.startsWith("# ")).count();
    if (titles != 1) {
      found.add(name + ": " + titles + " titles, one is expected");
    }
    var links = LINK.matcher(prose);
    while (links.find()) {
      var target = file.resolveSibling(links.group(1)).normalize();
      if (!Files.exists(target)) {
        found.add(name + ": the link to " + links.group(1) + " leads nowhere");
      }
    }
  }

  private static void checkSource(Path file, String name, List<String> found) throws IOException {
    if (BANNED_NAME.matcher(file.getFileName().toString()).matches()) {
      found.add(name + ": a banned name; say what the type is");
    }
    var text = Files.readString(file);
    BANNED_TEXT.stream().filter(text::contains).forEach(word -> found.add(name + ": " + word));
    if (name.contains("src/main/java") && !Files.exists(file.resolveSibling("package-info.java"))) {
      found.add(name + ": its package has no package-info");
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(
              path -> {
                var name = "/" + root.relativize(path);
                return !name.contains("/target/") && !name.contains("/.git/");
              })
          .sorted()
          .toList();
    }
  }
}

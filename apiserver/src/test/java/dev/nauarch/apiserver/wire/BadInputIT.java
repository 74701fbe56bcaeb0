package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.apiserver.TestServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays the requests in this package's files, each file against a server of its own, and compares
 * the answers: HTTP code, reason, message, causes, warnings. A line {@code upstream: ...} below an
 * answer is what Kubernetes 1.34 answered to the same request where ours is meant to differ. {@code
 * -Dscenarios.rewrite} writes the answers anew; commit them only if you understand why they
 * changed.
 *
 * <p>A refused request must leave the store as it was, and no answer may be a 500 or tell anything
 * of the server's insides.
 */
class BadInputIT {

  private static final Path SOURCES = Path.of("src/test/resources/dev/nauarch/apiserver/wire");
  private static final String NOTE = "upstream: ";

  @TempDir private Path directory;

  @TestFactory
  List<DynamicTest> files() throws IOException, URISyntaxException {
    var one = Objects.requireNonNull(BadInputIT.class.getResource("bodies.txt"));
    var folder = Objects.requireNonNull(Path.of(one.toURI()).getParent());
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)))
          .toList();
    }
  }

  private void play(Path file) throws Exception {
    var text = Files.readString(file);
    var name = file.getFileName().toString();
    String played;
    try (var server = TestServer.startCluster(Files.createDirectory(directory.resolve(name)))) {
      played = played(text, new WireExchange(server));
      assertEquals(200, server.raw().get("/readyz").status());
    }
    if (System.getProperty("scenarios.rewrite") != null) {
      Files.writeString(SOURCES.resolve(name), played);
    } else {
      assertEquals(text, played, name);
    }
  }

  /** The file with the answers that the server gives now. */
  private static String played(String text, WireExchange exchange) throws IOException {
    var result = new StringBuilder();
    var lines = text.lines().toList();
    var at = 0;
    while (at < lines.size() && !lines.get(at).startsWith("== ")) {
      result.append(lines.get(at++)).append('\n');
    }
    assertFalse(at == lines.size(), "there are cases");
    while (at < lines.size()) {
      var title = lines.get(at);
      var block = new ArrayList<String>();
      for (at++; at < lines.size() && !lines.get(at).startsWith("== "); at++) {
        block.add(lines.get(at));
      }
      var request = block.subList(0, block.indexOf("----") + 1);
      var test = WireCase.of(title.substring(3), block);
      result.append(title).append('\n').append(String.join("\n", request)).append('\n');
      exchange.play(test).forEach(line -> result.append(line).append('\n'));
      test.expected().stream()
          .filter(line -> line.startsWith(NOTE) || line.startsWith(WireExchange.AWAIT))
          .forEach(line -> result.append(line).append('\n'));
      result.append(at < lines.size() ? "\n" : "");
    }
    return result.toString();
  }
}

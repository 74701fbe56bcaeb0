package dev.nauarch.apiserver.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authorization.ClusterAuthorizer;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.schema.ObjectForm;
import dev.nauarch.apiserver.strategy.network.Allocations;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every rule of every kind, as tables of objects and what is wrong with them. Each file of the
 * directory {@code tables} is one table; {@code general.txt} says how they are written.
 */
class StrategyTableTest {

  /** One row of the table. */
  record Row(String operation, String kind, ObjectNode base, ObjectNode patch, List<String> lines) {

    @Override
    public String toString() {
      return operation + " " + kind + " " + patch;
    }
  }

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  private final BuiltInStrategies strategies;

  StrategyTableTest() throws Exception {
    var view = new MemoryView();
    var keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
    var tokens = new ServiceAccountTokens(AccountKeys.of(keys), view, () -> Instant.EPOCH);
    var allocations = new Allocations(new MemoryStore(), () -> Instant.EPOCH);
    strategies =
        new BuiltInStrategies(
            new BuiltInStrategies.Needs(
                view,
                new ClusterAuthorizer(view),
                tokens,
                tokens,
                new ServiceAllocator(
                    allocations, ServiceAllocator.Options.of("10.96.0.0/16"), view, new Random(1)),
                () -> Instant.EPOCH));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anObjectIsRefusedInTheWordsOfKubernetes(Row row) {
    var kind = kind(row.kind);
    var strategy = strategies.of(kind);
    var object = (ObjectNode) merged(row.base, row.patch);
    ObjectForm.conform(object, kind);
    if (row.operation.equals("create") || row.operation.equals("becomes")) {
      ObjectForm.fillDefaults(object, kind);
      strategy.prepareForCreate(object, User.ANONYMOUS);
      if (row.operation.equals("becomes")) {
        var wanted = tree(row.lines.getFirst());
        assertEquals(merged(object, wanted), object);
        return;
      }
      assertLines(row.lines, strategy.validate(object));
      return;
    }
    var old = row.base.deepCopy();
    ObjectForm.conform(old, kind);
    ObjectForm.fillDefaults(old, kind);
    strategy.prepareForCreate(old, User.ANONYMOUS);
    object = (ObjectNode) merged(old, row.patch);
    ObjectForm.conform(object, kind);
    ObjectForm.fillDefaults(object, kind);
    var subresource = row.operation.equals("status") ? "status" : "";
    strategy.prepareForUpdate(object, old, subresource, User.ANONYMOUS);
    assertLines(row.lines, strategy.validateUpdate(object, old, subresource));
  }

  private static void assertLines(List<String> expected, List<FieldError> errors) {
    assertEquals(
        String.join("\n", expected),
        String.join(
            "\n", errors.stream().map(error -> error.toString().replace("\n", "|")).toList()));
  }

  private static Kind kind(String name) {
    int slash = name.lastIndexOf('/');
    var group = slash < 0 ? "" : name.substring(0, slash);
    var kind = name.substring(slash + 1).replaceFirst("@.*", "");
    return CATALOG.kinds().stream()
        .filter(each -> each.kind().equals(kind))
        .filter(each -> each.group().equals(group) || each.apiVersion().equals(group))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the catalog has no " + name));
  }

  static Stream<Row> rows() throws Exception {
    var directory = Objects.requireNonNull(StrategyTableTest.class.getResource("tables"));
    try (var files = Files.list(Path.of(directory.toURI()))) {
      return files.sorted().toList().stream().flatMap(StrategyTableTest::rowsOf);
    }
  }

  private static Stream<Row> rowsOf(Path file) {
    var rows = new ArrayList<Row>();
    var bases = new HashMap<String, ObjectNode>();
    Row row = null;
    for (var line : lines(file)) {
      var words = line.split(" ", 3);
      switch (words[0]) {
        case "base" -> bases.put(words[1], tree(words[2]));
        case "create", "update", "status", "becomes" -> {
          row = row(words, bases);
          rows.add(row);
        }
        case "#", "----", "" -> {
          // Structure and comments.
        }
        default -> {
          if (row != null && !line.startsWith("#")) {
            row.lines.add(line);
          }
        }
      }
    }
    return rows.stream();
  }

  private static Row row(String[] words, Map<String, ObjectNode> bases) {
    var base = Objects.requireNonNull(bases.get(words[1]), words[1]);
    return new Row(words[0], words[1], base.deepCopy(), tree(words[2]), new ArrayList<>());
  }

  private static ObjectNode tree(String json) {
    // A double quote inside a text, which labels in subscripts need, is written as it is.
    var quoted = json.contains("\"") ? json.replace("\"", "\u0001") : json;
    var plain = quoted.replace('\'', '"');
    return MemoryView.tree(subscripts(plain));
  }

  /** Texts between the original double quotes keep their single quotes. */
  private static String subscripts(String json) {
    var parts = json.split("\u0001", -1);
    var text = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      text.append(i % 2 == 0 ? parts[i] : '"' + parts[i].replace("\"", "\\u0027") + '"');
    }
    return text.toString();
  }

  private static JsonNode merged(JsonNode base, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    var result =
        base instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    for (var change : changes.properties()) {
      if (change.getValue().isNull()) {
        result.remove(change.getKey());
      } else {
        result.set(change.getKey(), merged(result.path(change.getKey()), change.getValue()));
      }
    }
    return result;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

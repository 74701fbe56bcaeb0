package dev.nauarch.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Sized;
import dev.nauarch.expression.ValueType.Structure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Costs are those of Kubernetes, number by number. */
class CostTableTest {

  private static final Pattern BAR = Pattern.compile(" \\| ");
  private static final long REQUEST_MAX = 3 * 1024 * 1024;
  private static final ValueType FREE = text(REQUEST_MAX - 2);
  private static final ValueType SHIP = ship();
  private static final CelEnvironment ENVIRONMENT =
      new CelEnvironment(Map.of("self", SHIP, "oldSelf", SHIP));

  private static final Map<String, Object> ARGO = argo();

  private static ValueType text(long max) {
    return new Sized(Scalar.STRING, max);
  }

  private static ValueType ship() {
    var fields = new LinkedHashMap<String, Supplier<ValueType>>();
    fields.put("name", () -> text(80));
    fields.put("free", () -> FREE);
    fields.put("n", () -> Scalar.INT);
    fields.put("d", () -> Scalar.DOUBLE);
    fields.put("b", () -> Scalar.BOOL);
    fields.put("when", () -> new Sized(Scalar.TIMESTAMP, 32));
    fields.put("span", () -> new Sized(Scalar.DURATION, 32));
    fields.put("bytes", () -> new Sized(Scalar.BYTES, 64));
    fields.put("color", () -> text(5));
    fields.put("port", () -> new Sized(Scalar.ANY, REQUEST_MAX - 2));
    fields.put("tags", () -> new ListOf(text(20), 10));
    fields.put("long", () -> new ListOf(FREE, (REQUEST_MAX - 2) / 3));
    fields.put("nums", () -> new ListOf(Scalar.INT, 10));
    fields.put("labels", () -> new MapOf(text(28), 4));
    fields.put("many", () -> new MapOf(Scalar.INT, (REQUEST_MAX - 2) / 7));
    fields.put("crew", () -> new ListOf(sailor(), (REQUEST_MAX - 2) / 13));
    fields.put("inner", CostTableTest::inner);
    return new Structure("Ship", fields);
  }

  private static ValueType sailor() {
    return new Structure(
        "Sailor",
        Map.of("name", () -> FREE, "age", () -> Scalar.INT, "tags", () -> new ListOf(text(16), 3)));
  }

  private static ValueType inner() {
    ValueType deep = new Structure("Deep", Map.of("z", () -> Scalar.INT));
    return new Structure("Inner", Map.of("x", () -> text(12), "y", () -> deep));
  }

  private static Map<String, Object> argo() {
    var argo = new LinkedHashMap<String, Object>();
    argo.put("name", "argo");
    argo.put("free", "some text that is free");
    argo.put("n", 3L);
    argo.put("d", 0.5);
    argo.put("b", true);
    argo.put("when", Instant.parse("2026-01-02T03:04:05Z"));
    argo.put("span", Duration.ofHours(4));
    argo.put("bytes", "abc".getBytes(StandardCharsets.UTF_8));
    argo.put("color", "red");
    argo.put("port", 8L);
    argo.put("tags", List.of("a", "bb", "ccc"));
    argo.put("long", List.of("x", "yy"));
    argo.put("nums", List.of(1L, 2L, 3L));
    argo.put("labels", Map.of("k", "v", "l", "w"));
    argo.put("many", Map.of("a", 1L, "b", 2L));
    argo.put(
        "crew",
        List.of(
            Map.of("name", "iason", "age", 30L, "tags", List.of("t")),
            Map.of("name", "orpheus", "age", 31L)));
    argo.put("inner", Map.of("x", "abc", "y", Map.of("z", 1L)));
    return argo;
  }

  static Stream<List<String>> rows() throws IOException {
    try (var table = CostTableTest.class.getResourceAsStream("costs.txt")) {
      var text = new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8);
      return text
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> List.of(BAR.split(line, 3)))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void costsAreThoseOfKubernetes(List<String> row) {
    if (row.getFirst().equals("refused")) {
      var compilation = ENVIRONMENT.compile(row.get(1), Scalar.BOOL);
      var message =
          assertInstanceOf(Compilation.Rejected.class, compilation, compilation::toString)
              .message();
      assertTrue(message.contains(row.get(2)), message);
      return;
    }
    var compilation = ENVIRONMENT.compile(row.get(2), Scalar.BOOL);
    var program =
        assertInstanceOf(Compilation.Compiled.class, compilation, compilation::toString).program();
    var result = program.evaluate(Map.of("self", ARGO, "oldSelf", ARGO), 10_000);
    var value = assertInstanceOf(Evaluation.Value.class, result, result::toString);
    assertEquals(
        row.getFirst() + " | " + row.get(1) + " | true",
        program.costMax(SHIP) + " | " + value.cost() + " | " + value.value());
  }

  @Test
  void whatHasNoBoundCostsTheMostThereIs() {
    var open = new Structure("Open", Map.of("list", () -> new ListOf(Scalar.STRING)));
    var environment = new CelEnvironment(Map.of("self", open));
    var program =
        ((Compilation.Compiled)
                environment.compile("self.list.all(a, self.list.all(b, a != b))", Scalar.BOOL))
            .program();
    assertEquals(Long.MAX_VALUE, program.costMax(open));
  }
}

package dev.nauarch.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.expression.ValueType.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Objects that expressions make, and such as are computed when they are read. */
class MadeObjectTest {

  private final CelEnvironment making = new CelEnvironment(Map.of("object", Scalar.ANY), true);

  @Test
  void anObjectHasTheFieldsThatItWasGiven() {
    var made = evaluate("Object{spec: Object.spec{replicas: 3, names: ['a'], ?none: object.?b}}");
    var object = assertInstanceOf(MadeObject.class, made);
    assertEquals("Object", object.typeName());
    var spec = assertInstanceOf(MadeObject.class, object.fields().get("spec"));
    assertEquals("Object.spec", spec.typeName());
    assertEquals(Map.of("replicas", 3L, "names", List.of("a")), spec.fields());
  }

  @Test
  void aPatchIsAListOfOperations() {
    var compiled = compiled("[JSONPatch{op: 'add', path: '/' + jsonpatch.escapeKey('a/b~c')}]");
    assertEquals("list(JSONPatch)", compiled.type().toString());
    var list =
        assertInstanceOf(
            List.class, evaluate("[JSONPatch{path: '/' + jsonpatch.escapeKey('a/b~c')}]"));
    var operation = assertInstanceOf(MadeObject.class, list.getFirst());
    assertEquals(Map.of("path", "/a~1b~0c"), operation.fields());
  }

  @Test
  void fieldsOfPatchesAndForeignTypesAreChecked() {
    for (var wrong : List.of("JSONPatch{op: 1}", "JSONPatch{other: 'x'}", "Foreign{a: 1}")) {
      assertInstanceOf(Compilation.Rejected.class, making.compile(wrong), wrong);
    }
    var plain = new CelEnvironment(Map.of("object", Scalar.ANY));
    assertInstanceOf(Compilation.Rejected.class, plain.compile("Object{}"));
  }

  @Test
  void lazyFieldsAreComputedWhenTheyAreRead() {
    var type =
        new ValueType.Structure("lazy", Map.of("good", () -> Scalar.INT, "bad", () -> Scalar.INT));
    var environment = new CelEnvironment(Map.of("lazy", type));
    var lazy =
        new LazyObject(
            Set.of("good", "bad"),
            name -> {
              if (name.equals("bad")) {
                throw new IllegalArgumentException("no good");
              }
              return 1L;
            });
    assertEquals(true, value(environment, "lazy.good == 1", Map.of("lazy", lazy)));
    var program =
        assertInstanceOf(Compilation.Compiled.class, environment.compile("lazy.bad == 1"));
    var failed =
        assertInstanceOf(
            Evaluation.Failed.class, program.program().evaluate(Map.of("lazy", lazy), 100));
    assertTrue(failed.message().contains("no good"), failed.message());
  }

  @Test
  void failuresAreNamedAsKubernetesDoes() {
    for (var each :
        Map.of(
                "object.no", "no such key: no",
                "[1][2]", "index out of bounds: 2",
                "1 / 0", "division by zero",
                "object.a + 1", "no such overload")
            .entrySet()) {
      var failed =
          assertInstanceOf(
              Evaluation.Failed.class,
              compiled(each.getKey()).evaluate(Map.of("object", Map.of("a", "x")), 1000));
      assertEquals(each.getValue(), failed.message());
    }
  }

  private CelProgram compiled(String expression) {
    return assertInstanceOf(Compilation.Compiled.class, making.compile(expression)).program();
  }

  private Object evaluate(String expression) {
    return value(making, expression, Map.of("object", Map.of()));
  }

  private static Object value(
      CelEnvironment environment, String expression, Map<String, Object> variables) {
    var compiled = assertInstanceOf(Compilation.Compiled.class, environment.compile(expression));
    var evaluation = compiled.program().evaluate(variables, 10_000);
    return assertInstanceOf(Evaluation.Value.class, evaluation, evaluation.toString()).value();
  }
}

package dev.nauarch.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.expression.ValueType.ListOf;
import dev.nauarch.expression.ValueType.MapOf;
import dev.nauarch.expression.ValueType.Scalar;
import dev.nauarch.expression.ValueType.Structure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CelEnvironmentTest {

  private static final CelEnvironment ENVIRONMENT =
      new CelEnvironment(Map.of("self", ship(), "oldSelf", ship()));

  private static final Map<String, Object> SHIP =
      Map.of(
          "name",
          "argo",
          "sails",
          3L,
          "cpu",
          "1500m",
          "crew",
          List.of(Map.of("name", "iason"), Map.of("name", "orpheus", "age", 30L)),
          "labels",
          Map.of("a", "1"),
          "built",
          Instant.parse("2026-01-02T03:04:05Z"),
          "watch",
          Duration.ofHours(4),
          "share",
          0.5,
          "any",
          7L);

  private static Structure ship() {
    var fields = new TreeMap<String, Supplier<ValueType>>();
    fields.put("name", () -> Scalar.STRING);
    fields.put("sails", () -> Scalar.INT);
    fields.put("cpu", () -> Scalar.STRING);
    fields.put("missing", () -> Scalar.STRING);
    fields.put("crew", () -> new ListOf(sailor()));
    fields.put("labels", () -> new MapOf(Scalar.STRING));
    fields.put("built", () -> Scalar.TIMESTAMP);
    fields.put("watch", () -> Scalar.DURATION);
    fields.put("share", () -> Scalar.DOUBLE);
    fields.put("any", () -> Scalar.ANY);
    fields.put("sister", CelEnvironmentTest::ship);
    return new Structure("Ship", fields);
  }

  private static Structure sailor() {
    var fields = new TreeMap<String, Supplier<ValueType>>();
    fields.put("name", () -> Scalar.STRING);
    fields.put("age", () -> Scalar.INT);
    return new Structure("Sailor", fields);
  }

  static Stream<String> trueExpressions() {
    return Stream.of(
        "self.sails == 3 && self.sails > 2.5",
        "self.name.startsWith('ar') && self.name.matches('^[a-z]+$')",
        "has(self.name) && !has(self.missing)",
        "self.crew.all(s, s.name.size() > 3) && self.crew.exists(s, has(s.age) && s.age == 30)",
        "self.crew.map(s, s.name) == ['iason', 'orpheus']",
        "self.crew.filter(s, s.name == 'iason').size() == 1",
        "'a' in self.labels && self.labels['a'] == '1' && self.labels.all(k, k == 'a')",
        "self.?missing.orValue('none') == 'none'",
        "self.?name.hasValue() && self.labels[?'z'].orValue('y') == 'y'",
        "self.built < timestamp('2027-01-01T00:00:00Z')",
        "self.watch == duration('4h') && self.watch > duration('90m')",
        "self.share < 1.0",
        "int(self.any) == 7 && type(self.any) == int",
        "[3, 1, 2].sort() == [1, 2, 3] && [1, 1].distinct() == [1] && [[1], [2]].flatten() == [1, 2]",
        "[1, 2, 2].isSorted() && [1, 2, 3].sum() == 6 && [3, 1].min() == 1 && [3, 1].max() == 3",
        "['x', 'y', 'x'].indexOf('x') == 0 && ['x', 'y', 'x'].lastIndexOf('x') == 2",
        "[1.5, 2.5].sum() == 4.0 && [duration('1h'), duration('2h')].sum() == duration('3h')",
        "sets.contains([1, 2, 3], [2]) && sets.intersects([1], [1, 2])",
        "'abc'.upperAscii() == 'ABC' && 'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') =="
            + " 'a-b'",
        "'abc123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2']",
        "'a1b2c3'.findAll('[0-9]', 2) == ['1', '2'] && 'abc'.find('z') == ''",
        "'%s has %d of %.2f%%'.format(['argo', 3, 1.005]) == 'argo has 3 of 1.00%'",
        "'%x %b %s'.format([255, true, [1, 'a']]) == 'ff 1 [1, a]'",
        "quantity(self.cpu).isLessThan(quantity('2')) && isQuantity('1.5Gi') && !isQuantity('1x')",
        "quantity('1Gi').asInteger() == 1073741824 && !quantity('1500m').isInteger()",
        "quantity('1500m').add(quantity('500m')) == quantity('2') && quantity('2k').sub(1000) =="
            + " quantity('1k')",
        "quantity('-1').sign() == -1 && quantity('0.5').asApproximateFloat() == 0.5",
        "quantity('2').compareTo(quantity('2000m')) == 0 && quantity('1e3') == quantity('1k')",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('1.0.0-rc.1') && !isSemver('1.0')",
        "semver('v1.2', true).minor() == 2 && semver('1.0.0-alpha').isLessThan(semver('1.0.0'))",
        "ip('10.0.0.1').family() == 4 && ip('::1').isLoopback() && !isIP('10.0.0.256')",
        "string(ip('2001:DB8:0:0::1')) == '2001:db8::1' && ip.isCanonical('10.0.0.1')",
        "ip('fe80::1').isLinkLocalUnicast() && ip('0.0.0.0').isUnspecified()",
        "ip('224.0.0.7').isLinkLocalMulticast() && ip('8.8.8.8').isGlobalUnicast()",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && isCIDR('::/0') && !isCIDR('10.0.0.0/33')",
        "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('10.0.0.0/8').prefixLength() == 8",
        "string(cidr('10.1.2.3/8').ip()) == '10.1.2.3'",
        "url('https://example.com:80/a%20b?q=x&q=y').getHostname() == 'example.com'",
        "url('https://example.com:80/a%20b?q=x&q=y%20z').getQuery()['q'] == ['x', 'y z']",
        "url('https://[::1]:80/a%20b').getPort() == '80' && isURL('/path') && !isURL('../path')",
        "!format.dns1123Label().validate('my-name').hasValue()",
        "format.named('dns1123Label').value().validate('My').value().size() == 1",
        "!format.uri().validate('https://x.dev').hasValue() && format.uuid().validate('x').hasValue()");
  }

  @ParameterizedTest
  @MethodSource("trueExpressions")
  void expressionsHoldAsInKubernetes(String expression) {
    var program = compiled(expression, Scalar.BOOL);
    var result = program.evaluate(Map.of("self", SHIP, "oldSelf", SHIP), 10_000);
    assertEquals(true, assertInstanceOf(Evaluation.Value.class, result, result::toString).value());
  }

  @Test
  void mistakesAreFoundWhenCompiling() {
    assertRejected("self.sails == 'three'", "found no matching overload for '_==_'");
    assertRejected("self.bogus == 1", "undefined field 'bogus'");
    assertRejected("self.sister.sister.bogus == 1", "undefined field 'bogus'");
    assertRejected("nobody == 1", "undeclared reference to 'nobody'");
    assertRejected("self.sails + 1", "must evaluate to bool");
    assertRejected("self.sails >", "mismatched input");
    assertRejected("quantity('1') > 3", "found no matching overload");
  }

  @Test
  void readingWhatIsNotSetFails() {
    var result = compiled("self.missing == ''", Scalar.BOOL).evaluate(Map.of("self", SHIP), 10_000);
    assertTrue(
        assertInstanceOf(Evaluation.Failed.class, result).message().contains("missing"),
        result::toString);
    var invalid =
        compiled("quantity(self.name).isInteger()", Scalar.BOOL)
            .evaluate(Map.of("self", SHIP), 10_000);
    assertTrue(
        assertInstanceOf(Evaluation.Failed.class, invalid)
            .message()
            .contains("invalid quantity: \"argo\""),
        invalid::toString);
  }

  @Test
  void anExpressionThatCostsTooMuchIsStopped() {
    var expression =
        "self.crew.all(a, self.crew.all(b, self.crew.all(c, a.name + b.name != c.name)))";
    var program = compiled(expression, Scalar.BOOL);
    var crew = Stream.generate(() -> Map.of("name", "x")).limit(200).toList();
    var variables = Map.of("self", Map.of("crew", crew));
    assertEquals(new Evaluation.TooExpensive(10_000), program.evaluate(variables, 10_000));
    var tolerant = compiled("(" + expression + ") || true", Scalar.BOOL);
    assertEquals(new Evaluation.TooExpensive(10_000), tolerant.evaluate(variables, 10_000));
  }

  @Test
  void anAbsentValueIsAnOptional() {
    var environment = new CelEnvironment(Map.of("old", new ValueType.OptionalOf(ship())));
    var program =
        ((Compilation.Compiled)
                environment.compile("!old.hasValue() || old.value().sails == 3", Scalar.BOOL))
            .program();
    for (var old : List.of(Optional.empty(), Optional.of(SHIP))) {
      var result = program.evaluate(Map.of("old", old), 10_000);
      assertEquals(
          true, assertInstanceOf(Evaluation.Value.class, result, result::toString).value());
    }
  }

  @Test
  void aProgramKnowsWhichVariablesItReads() {
    assertTrue(compiled("self.sails >= oldSelf.sails", Scalar.BOOL).reads("oldSelf"));
    assertFalse(compiled("self.sails >= 1", Scalar.BOOL).reads("oldSelf"));
  }

  private static CelProgram compiled(String expression, Scalar result) {
    var compilation = ENVIRONMENT.compile(expression, result);
    return assertInstanceOf(Compilation.Compiled.class, compilation, compilation::toString)
        .program();
  }

  private static void assertRejected(String expression, String why) {
    var compilation = ENVIRONMENT.compile(expression, Scalar.BOOL);
    var message =
        assertInstanceOf(Compilation.Rejected.class, compilation, compilation::toString).message();
    assertTrue(message.contains(why), message);
  }
}

package dev.nauarch.apiserver.admission.expression;

import dev.nauarch.expression.AccessCheck;
import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.ValueType;
import dev.nauarch.expression.ValueType.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Compiles expressions that read a request and what it is about. Immutable, safe to share. */
public final class RequestExpressions {

  /** What an expression may read or do beside reading the request, the object, its namespace. */
  public enum Reads {
    /** The object that a policy's binding names. */
    PARAMS,
    /** Who may do what. */
    AUTHORIZER,
    /** It may make objects and patches. */
    PATCHES
  }

  private static final Map<List<Reads>, RequestExpressions> MADE = new ConcurrentHashMap<>();

  private final List<Reads> reads;
  private final Map<String, ValueType> known;
  private final Map<String, ValueType> variables;
  private final CelEnvironment environment;

  private RequestExpressions(
      List<Reads> reads, Map<String, ValueType> known, Map<String, ValueType> variables) {
    this.reads = reads;
    this.known = known;
    this.variables = variables;
    var types = types(reads, variables);
    types.putAll(known);
    this.environment = new CelEnvironment(types, reads.contains(Reads.PATCHES));
  }

  /** Those that read so much; made once. */
  public static RequestExpressions reading(Reads... what) {
    return MADE.computeIfAbsent(
        List.of(what), reads -> new RequestExpressions(reads, Map.of(), Map.of()));
  }

  /** Those that may read these {@code variables} too. */
  public RequestExpressions with(Map<String, ValueType> others) {
    return others.isEmpty()
        ? this
        : new RequestExpressions(
            reads, known, Collections.unmodifiableMap(new LinkedHashMap<>(others)));
  }

  /** The same that may make objects and patches. */
  public RequestExpressions makingPatches() {
    var more = new ArrayList<>(reads);
    more.add(Reads.PATCHES);
    return new RequestExpressions(List.copyOf(more), known, variables);
  }

  /** The same where more is known of what one of the variables {@code object}, say, holds. */
  public RequestExpressions about(String variable, ValueType type) {
    var more = new LinkedHashMap<>(known);
    more.put(variable, type);
    return new RequestExpressions(reads, Collections.unmodifiableMap(more), variables);
  }

  private static Map<String, ValueType> types(List<Reads> reads, Map<String, ValueType> variables) {
    var types = new LinkedHashMap<String, ValueType>();
    types.put("object", Scalar.ANY);
    types.put("oldObject", Scalar.ANY);
    types.put("namespaceObject", RequestTypes.namespace());
    types.put("request", RequestTypes.request());
    if (reads.contains(Reads.PARAMS)) {
      types.put("params", Scalar.ANY);
    }
    if (reads.contains(Reads.AUTHORIZER)) {
      types.put("authorizer", AccessCheck.AUTHORIZER);
      types.put("authorizer.requestResource", AccessCheck.RESOURCE_CHECK);
    }
    if (!variables.isEmpty()) {
      var fields = new LinkedHashMap<String, Supplier<ValueType>>();
      variables.forEach((name, type) -> fields.put(name, () -> type));
      types.put("variables", new ValueType.Structure("kubernetes.variables", fields));
    }
    return types;
  }

  /**
   * Compiles an expression.
   *
   * @param expression the text
   * @param types the types that it may have, as messages show them; none for any
   */
  public Compilation compile(String expression, String... types) {
    var compilation = environment.compile(expression);
    if (types.length == 0 || !(compilation instanceof Compilation.Compiled(CelProgram program))) {
      return compilation;
    }
    // The one type whose name in messages of the compiler is not its own.
    var type = program.type().toString().replaceAll("^null$", "null_type");
    if (List.of(types).contains(type)) {
      return compilation;
    }
    var wanted = types.length == 1 ? types[0] : "one of [" + String.join(" ", types) + "]";
    return new Compilation.Rejected("must evaluate to " + wanted + " but got " + type);
  }
}

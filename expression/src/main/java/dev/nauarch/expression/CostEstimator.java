package dev.nauarch.expression;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what one expression can cost before it is ever run, from the sizes that its variables may
 * have. It knows of each part what it costs, how large its result is, and of which part of a
 * variable it speaks. The model and its numbers are those of Kubernetes.
 */
final class CostEstimator {

  /**
   * A part of the expression, as calls look at it.
   *
   * @param expr the part; empty for the items of a list
   * @param type its type
   * @param path of which part of a variable it is; null for none
   * @param known its size where that is known without the path
   */
  record Node(
      Optional<CelExpr> expr, CelType type, @Nullable List<String> path, @Nullable Range known) {}

  /** How large the keys and values of a list or map are. */
  private record Entries(CelKind container, Range key, Range value) {
    Entries or(Entries other) {
      return new Entries(container, key.or(other.key), value.or(other.value));
    }
  }

  /** A variable of a comprehension. */
  private record Local(
      @Nullable List<String> path, @Nullable Range size, @Nullable Entries entries) {}

  private static final Range CREATE_LIST = Range.of(10);
  private static final Range CREATE_MAP = Range.of(30);
  private static final Range CREATE_STRUCT = Range.of(40);

  /** Contains nothing: the union with any range is that range. */
  private static final Range NOTHING = new Range(Long.MAX_VALUE, 0);

  private final CelAbstractSyntaxTree tree;
  private final SizeLimits limits;
  private final CallCosts calls;
  private final Map<Long, List<String>> paths = new HashMap<>();
  private final Map<Long, Range> sizes = new HashMap<>();
  private final Map<Long, Entries> entrySizes = new HashMap<>();
  private final Map<String, Deque<Local>> locals = new HashMap<>();

  private CostEstimator(CelAbstractSyntaxTree tree, SizeLimits limits) {
    this.tree = tree;
    this.limits = limits;
    this.calls = new CallCosts(this::sizeOf);
  }

  /**
   * The most that an expression can cost.
   *
   * @param root the type of its variables, with sizes
   */
  static long max(CelAbstractSyntaxTree tree, ValueType root) {
    return new CostEstimator(tree, new SizeLimits(root)).cost(tree.getExpr()).max();
  }

  private Range cost(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> {
        var name = expr.ident().name();
        var local = local(name);
        paths.put(expr.id(), local == null ? List.of(name) : orNone(local.path));
        yield Range.ONE;
      }
      case SELECT -> select(expr);
      case CALL -> call(expr);
      case LIST -> list(expr);
      case MAP -> map(expr);
      case STRUCT ->
          expr.struct().entries().stream()
              .map(entry -> cost(entry.value()))
              .reduce(CREATE_STRUCT, Range::plus);
      case COMPREHENSION ->
          isBind(expr.comprehension()) ? bind(expr) : loop(expr, expr.comprehension());
      default -> Range.ZERO;
    };
  }

  private Range select(CelExpr expr) {
    var select = expr.select();
    var cost = cost(select.operand());
    if (select.testOnly()) {
      return cost;
    }
    paths.put(expr.id(), joined(path(select.operand()), select.field()));
    return switch (type(select.operand()).kind()) {
      case MAP, STRUCT, TYPE_PARAM -> cost.plus(Range.ONE);
      default -> cost;
    };
  }

  private Range call(CelExpr expr) {
    var call = expr.call();
    var args = call.args();
    if (call.function().equals("dyn")) {
      var cost = cost(args.getFirst());
      copySizes(expr, args.getFirst());
      return cost.plus(Range.ONE);
    }
    var costs = new ArrayList<Range>();
    var nodes = new ArrayList<Node>();
    for (var arg : args) {
      costs.add(cost(arg));
      nodes.add(node(arg));
    }
    var overloads =
        tree.getReference(expr.id()).map(CelReference::overloadIds).orElse(ImmutableList.of());
    if (overloads.isEmpty()) {
      return Range.ZERO;
    }
    var ofTarget = call.target().map(this::cost).orElse(Range.ZERO);
    var target = call.target().map(this::node).orElse(null);
    var cost = NOTHING;
    @Nullable Range size = null;
    for (var overload : overloads) {
      var estimate = call(expr, overload, target, nodes, costs);
      cost = cost.or(estimate.cost());
      if (estimate.size() != null) {
        size = size == null ? estimate.size() : size.or(estimate.size());
      }
      if (overload.equals("index_list") || overload.equals("index_map")) {
        var entries = entries(args.getFirst());
        size = entries == null ? null : entries.value;
        var part = overload.equals("index_list") ? SizeLimits.ITEMS : SizeLimits.VALUES;
        paths.put(expr.id(), joined(path(args.getFirst()), part));
      }
      if (size == null) {
        size = size(expr);
      }
    }
    if (size != null) {
      sizes.put(expr.id(), size);
    }
    return ofTarget.plus(cost);
  }

  /** What one overload costs, with its arguments. */
  private CallEstimate call(
      CelExpr expr, String overload, @Nullable Node target, List<Node> args, List<Range> costs) {
    switch (overload) {
      case "logical_and", "logical_or" -> {
        var left = costs.getFirst();
        return CallEstimate.of(new Range(left.min(), left.plus(costs.get(1)).max()));
      }
      case "conditional" -> {
        var entries = union(args.get(1), args.get(2));
        if (entries != null) {
          entrySizes.put(expr.id(), entries);
        }
        return new CallEstimate(
            costs.getFirst().plus(costs.get(1).or(costs.get(2))),
            sizeOf(args.get(1)).or(sizeOf(args.get(2))));
      }
      case "add_string", "add_bytes", "add_list" -> {
        var entries = union(args.getFirst(), args.get(1));
        if (entries != null) {
          entrySizes.put(expr.id(), entries);
        }
      }
      default -> {
        // Nothing but its own cost.
      }
    }
    var own = calls.estimate(expr.call().function(), overload, target, args);
    return new CallEstimate(costs.stream().reduce(own.cost(), Range::plus), own.size());
  }

  private @Nullable Entries union(Node left, Node right) {
    var a = left.expr.map(this::entries).orElse(null);
    var b = right.expr.map(this::entries).orElse(null);
    return a == null || b == null ? null : a.or(b);
  }

  private Range list(CelExpr expr) {
    var elements = expr.list().elements();
    var cost = CREATE_LIST;
    var item = elements.isEmpty() ? Range.ZERO : NOTHING;
    for (var element : elements) {
      cost = cost.plus(cost(element));
      item = item.or(sizeOrUnknown(element));
    }
    entrySizes.put(expr.id(), new Entries(CelKind.LIST, Range.ONE, item));
    return cost;
  }

  private Range map(CelExpr expr) {
    var entries = expr.map().entries();
    var cost = CREATE_MAP;
    var key = entries.isEmpty() ? Range.ZERO : NOTHING;
    var value = key;
    for (var entry : entries) {
      cost = cost.plus(cost(entry.key())).plus(cost(entry.value()));
      key = key.or(sizeOrUnknown(entry.key()));
      value = value.or(sizeOrUnknown(entry.value()));
    }
    entrySizes.put(expr.id(), new Entries(CelKind.MAP, key, value));
    return cost;
  }

  private Range loop(CelExpr expr, CelComprehension loop) {
    var range = loop.iterRange();
    var cost = cost(range).plus(cost(loop.accuInit()));
    push(loop.accuVar(), localOf(loop.accuInit()));
    var iteration = loop.iterVar();
    if (loop.iterVar2().isEmpty()) {
      push(iteration, isList(range) ? valueOf(range) : keyOf(range));
    } else {
      push(iteration, keyOf(range));
      push(loop.iterVar2(), valueOf(range));
    }
    var step = cost(loop.loopCondition()).plus(cost(loop.loopStep()));
    pop(iteration);
    if (!loop.iterVar2().isEmpty()) {
      pop(loop.iterVar2());
    }
    cost = cost.plus(cost(loop.result()));
    pop(loop.accuVar());
    var count = sizeOrUnknown(range);
    switch (loop.accuInit().getKind()) {
      case CONSTANT -> {
        var size = size(loop.accuInit());
        if (size != null) {
          sizes.put(expr.id(), size);
        }
      }
      case LIST, MAP -> {
        sizes.put(expr.id(), count);
        var entries = entries(loop.loopStep());
        if (entries != null) {
          entrySizes.put(expr.id(), entries);
        }
      }
      default -> {
        // The result is of any size.
      }
    }
    return cost.plus(count.times(step));
  }

  /** Whether it only gives a name to a value, as {@code cel.bind} does. */
  private static boolean isBind(CelComprehension loop) {
    return loop.iterRange().getKind() == CelExpr.ExprKind.Kind.LIST
        && loop.iterRange().list().elements().isEmpty()
        && loop.loopCondition().getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && loop.loopCondition().constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
        && !loop.loopCondition().constant().booleanValue();
  }

  private Range bind(CelExpr expr) {
    var bind = expr.comprehension();
    var cost = cost(bind.iterRange()).plus(cost(bind.accuInit()));
    push(bind.accuVar(), localOf(bind.accuInit()));
    cost = cost.plus(cost(bind.result()));
    pop(bind.accuVar());
    copySizes(expr, bind.result());
    return cost;
  }

  private Local localOf(CelExpr expr) {
    return new Local(path(expr), size(expr), entries(expr));
  }

  private Local keyOf(CelExpr range) {
    var entries = entries(range);
    var part = isList(range) ? SizeLimits.INDICES : SizeLimits.KEYS;
    return new Local(joined(path(range), part), entries == null ? null : entries.key, null);
  }

  private Local valueOf(CelExpr range) {
    var entries = entries(range);
    var part = isList(range) ? SizeLimits.ITEMS : SizeLimits.VALUES;
    return new Local(joined(path(range), part), entries == null ? null : entries.value, null);
  }

  private boolean isList(CelExpr range) {
    var entries = entries(range);
    return (entries == null ? type(range).kind() : entries.container) == CelKind.LIST;
  }

  private void push(String name, Local local) {
    locals.computeIfAbsent(name, _ -> new ArrayDeque<>()).push(local);
  }

  private void pop(String name) {
    Objects.requireNonNull(locals.get(name)).pop();
  }

  private @Nullable Local local(String name) {
    var stack = locals.get(name);
    return stack == null ? null : stack.peek();
  }

  private CelType type(CelExpr expr) {
    return tree.getType(expr.id()).orElse(SimpleType.DYN);
  }

  private @Nullable List<String> path(CelExpr expr) {
    if (expr.getKind() == CelExpr.ExprKind.Kind.IDENT) {
      var local = local(expr.ident().name());
      if (local != null) {
        return local.path;
      }
    }
    return paths.get(expr.id());
  }

  private static List<String> orNone(@Nullable List<String> path) {
    return path == null ? List.of() : path;
  }

  private static List<String> joined(@Nullable List<String> path, String name) {
    var result = new ArrayList<>(orNone(path));
    result.add(name);
    return result;
  }

  private Node node(CelExpr expr) {
    var path = path(expr);
    var isAccumulator = path != null && !path.isEmpty() && isAccumulator(path.getFirst());
    return new Node(Optional.of(expr), type(expr), isAccumulator ? null : path, size(expr));
  }

  private static boolean isAccumulator(String name) {
    return name.equals("@result") || name.equals("__result__");
  }

  /** The size of a node, by what is known of it or else by its path. */
  private Range sizeOf(Node node) {
    if (node.known != null) {
      return node.known;
    }
    var size = limits.at(node.path);
    return size == null ? Range.UNKNOWN : size;
  }

  private Range sizeOrUnknown(CelExpr expr) {
    var size = size(expr);
    return size == null ? Range.UNKNOWN : size;
  }

  private @Nullable Range size(CelExpr expr) {
    var computed = sizes.get(expr.id());
    if (computed != null) {
      return computed;
    }
    var literal = literalSize(expr);
    if (literal != null) {
      return literal;
    }
    var limit = limits.at(path(expr));
    if (limit != null) {
      sizes.put(expr.id(), limit);
      return limit;
    }
    if (isScalar(type(expr))) {
      return Range.ONE;
    }
    var local = expr.getKind() == CelExpr.ExprKind.Kind.IDENT ? local(expr.ident().name()) : null;
    return local == null ? null : local.size;
  }

  private static @Nullable Range literalSize(CelExpr expr) {
    return switch (expr.getKind()) {
      case CONSTANT ->
          Range.of(
              switch (expr.constant().getKind()) {
                case STRING_VALUE -> {
                  var text = expr.constant().stringValue();
                  yield text.codePointCount(0, text.length());
                }
                case BYTES_VALUE -> expr.constant().bytesValue().size();
                default -> 1;
              });
      case LIST -> Range.of(expr.list().elements().size());
      case MAP -> Range.of(expr.map().entries().size());
      default -> null;
    };
  }

  private static boolean isScalar(CelType type) {
    return switch (type.kind()) {
      case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
      case OPAQUE -> type.name().equals("optional_type") && isScalar(type.parameters().getFirst());
      default -> false;
    };
  }

  private @Nullable Entries entries(CelExpr expr) {
    var known = entrySizes.get(expr.id());
    if (known != null || expr.getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return known;
    }
    var local = local(expr.ident().name());
    return local == null ? null : local.entries;
  }

  private void copySizes(CelExpr to, CelExpr from) {
    var size = size(from);
    if (size != null) {
      sizes.put(to.id(), size);
    }
    var entries = entries(from);
    if (entries != null) {
      entrySizes.put(to.id(), entries);
    }
  }
}

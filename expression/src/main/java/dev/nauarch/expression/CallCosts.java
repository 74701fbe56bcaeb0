package dev.nauarch.expression;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.nauarch.expression.CostEstimator.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What calls may cost, from the sizes of their arguments. */
final class CallCosts {

  /** What looking at one character costs. */
  static final double CHARACTER = 0.1;

  /** What one character of a pattern costs for each that it is held against. */
  static final double PATTERN_CHARACTER = 0.25;

  /** The longest pattern behind a named format. */
  static final int FORMAT_PATTERN_MAX = 128;

  /** What asking costs whether somebody may do something. */
  static final int ACCESS_CHECK = 350_000;

  /** The longest name of a format. */
  private static final int FORMAT_NAME_MAX = 64;

  /** The bytes of an address. */
  private static final Range ADDRESS = new Range(4, 16);

  /** Gives the size of a node. */
  interface Sizes {
    Range of(Node node);
  }

  private final Sizes sizes;

  CallCosts(Sizes sizes) {
    this.sizes = sizes;
  }

  /**
   * What one overload costs, without its arguments.
   *
   * @param target what a member function is called on; null for others
   */
  CallEstimate estimate(String function, String overload, @Nullable Node target, List<Node> args) {
    return ofKubernetes(function, target, args)
        .or(() -> ofExtensions(overload, target, args))
        .orElseGet(() -> ofLanguage(overload, target, args));
  }

  private Optional<CallEstimate> ofKubernetes(
      String function, @Nullable Node target, List<Node> args) {
    return Optional.ofNullable(
        switch (function) {
          case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" ->
              target == null ? null : CallEstimate.of(traversal(target));
          case "check" -> CallEstimate.of(Range.of(ACCESS_CHECK));
          case "url", "jsonpatch.escapeKey" -> sameSize(args.getFirst());
          case "lowerAscii", "upperAscii", "substring", "trim" ->
              target == null ? null : sameSize(target);
          case "replace" -> target == null ? null : replace(target, args);
          case "split" -> target == null ? null : split(target, args);
          case "join" -> target == null ? null : join(target, args);
          case "find", "findAll" -> target == null ? null : find(target, args.getFirst());
          case "cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver" ->
              CallEstimate.of(characters(args.getFirst()));
          case "ip" -> CallEstimate.of(args.isEmpty() ? Range.ONE : characters(args.getFirst()));
          case "ip.isCanonical" -> CallEstimate.of(sizes.of(args.getFirst()).times(2 * CHARACTER));
          case "containsIP" -> CallEstimate.of(containsAddress(args));
          case "containsCIDR" ->
              CallEstimate.of(containsAddress(args).plus(ADDRESS.times(CHARACTER)).plus(Range.ONE));
          case "validate" ->
              CallEstimate.of(
                  characters(args.getFirst()).times(FORMAT_PATTERN_MAX * PATTERN_CHARACTER));
          case "_==_" -> equalsOfKubernetes(args);
          case "format" -> target == null ? null : CallEstimate.of(known(target).times(CHARACTER));
          default -> null;
        });
  }

  private static @Nullable CallEstimate equalsOfKubernetes(List<Node> args) {
    var type = args.getFirst().type();
    if (!type.equals(args.get(1).type()) || type.kind() != CelKind.OPAQUE) {
      return null;
    }
    return switch (type.name()) {
      case "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver", "kubernetes.URL" ->
          CallEstimate.of(Range.ONE);
      case "kubernetes.NamedFormat" ->
          CallEstimate.of(new Range(1, FORMAT_NAME_MAX).times(CHARACTER));
      default -> null;
    };
  }

  private Range traversal(Node list) {
    if (list.type().parameters().isEmpty()) {
      return characters(list);
    }
    var item = items(list);
    var kind = item.type().kind();
    var ofItem =
        kind == CelKind.STRING || kind == CelKind.BYTES
            ? Range.ONE.plus(characters(item))
            : Range.ONE;
    return sizes.of(list).times(ofItem);
  }

  private static Node items(Node list) {
    var path = list.path();
    var inner = path == null ? null : new ArrayList<>(path);
    if (inner != null) {
      inner.add(SizeLimits.ITEMS);
    }
    return new Node(Optional.empty(), list.type().parameters().getFirst(), inner, null);
  }

  private Range characters(Node text) {
    return sizes.of(text).times(CHARACTER);
  }

  private CallEstimate sameSize(Node text) {
    return new CallEstimate(characters(text), sizes.of(text));
  }

  private CallEstimate replace(Node target, List<Node> args) {
    var size = sizes.of(target);
    var from = sizes.of(args.getFirst());
    var to = sizes.of(args.get(1));
    long countMax = 0;
    long keptMax = 0;
    if (from.min() == 0) {
      countMax = Range.sum(size.max(), 1);
      keptMax = size.max();
    } else if (to.max() <= from.min()) {
      keptMax = size.max();
    } else {
      countMax = quotient(size.max(), from.min());
    }
    long countMin = 0;
    long keptMin = 0;
    if (from.max() == 0) {
      countMin = Range.sum(size.min(), 1);
      keptMin = size.min();
    } else if (from.max() <= to.min()) {
      keptMin = size.min();
    } else {
      countMin = quotient(size.min(), from.max());
    }
    var result = new Range(countMin, countMax).times(to).plus(new Range(keptMin, keptMax));
    return new CallEstimate(size.times(2 * CHARACTER), result);
  }

  private static long quotient(long size, long part) {
    return (long) Math.ceil((double) size / part);
  }

  private CallEstimate split(Node target, List<Node> args) {
    var size = sizes.of(target);
    var max =
        args.size() < 2
            ? size.max()
            : args.get(1).expr().flatMap(CallCosts::number).orElse(size.max());
    return new CallEstimate(
        size.times(2 * CHARACTER), new Range(0, max < 0 ? Long.MAX_VALUE : max));
  }

  private static Optional<Long> number(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expr.constant().getKind() == CelConstant.Kind.INT64_VALUE
        ? Optional.of(expr.constant().int64Value())
        : Optional.empty();
  }

  private CallEstimate join(Node target, List<Node> args) {
    var list = sizes.of(target);
    var size =
        target.type().parameters().isEmpty() ? Range.ZERO : list.times(sizes.of(items(target)));
    if (!args.isEmpty()) {
      var gaps = new Range(Math.max(list.min() - 1, 0), Math.max(list.max() - 1, 0));
      size = size.plus(sizes.of(args.getFirst()).times(gaps));
    }
    return new CallEstimate(size.times(CHARACTER), size);
  }

  private CallEstimate find(Node target, Node pattern) {
    return new CallEstimate(matching(target, pattern), new Range(0, sizes.of(target).max()));
  }

  private Range matching(Node target, Node pattern) {
    var text = sizes.of(target).plus(Range.ONE).times(CHARACTER);
    return text.times(sizes.of(pattern).times(PATTERN_CHARACTER));
  }

  private Range containsAddress(List<Node> args) {
    var cost = ADDRESS.plus(ADDRESS).times(CHARACTER);
    return args.getFirst().type().kind() == CelKind.STRING
        ? cost.plus(characters(args.getFirst()))
        : cost;
  }

  private Optional<CallEstimate> ofExtensions(
      String overload, @Nullable Node target, List<Node> args) {
    return Optional.ofNullable(
        switch (overload) {
          case "list_sets_contains_list", "list_sets_intersects_list" -> sets(args, 1);
          case "list_sets_equivalent_list" -> sets(args, 2);
          case "list_slice" -> {
            var size = target == null ? Range.UNKNOWN : sizes.of(target);
            var start = args.getFirst().expr().flatMap(CallCosts::number).orElse(0L);
            var end = args.get(1).expr().flatMap(CallCosts::number).orElse(size.max());
            yield newList(1, Range.of(Math.max(end - start, 0)));
          }
          case "list_flatten" -> target == null ? null : newList(1, sizes.of(target));
          case "list_flatten_list_int", "list_flatten_int" ->
              target == null
                  ? null
                  : newList(
                      args.getFirst().expr().flatMap(CallCosts::number).orElse(Long.MAX_VALUE),
                      sizes.of(target));
          case "lists_range" ->
              newList(
                  1,
                  args.getFirst()
                      .expr()
                      .flatMap(CallCosts::number)
                      .map(Range::of)
                      .orElse(Range.of(Long.MAX_VALUE)));
          case "list_reverse" -> target == null ? null : newList(1, sizes.of(target));
          case "list_distinct" -> target == null ? null : compared(2, target);
          default ->
              overload.startsWith("list_") && overload.endsWith("_sort") && target != null
                  ? compared(isText(target) ? 2 + CHARACTER : 2, target)
                  : null;
        });
  }

  private static boolean isText(Node list) {
    var parts = list.type().parameters();
    return !parts.isEmpty()
        && (parts.getFirst().kind() == CelKind.STRING || parts.getFirst().kind() == CelKind.BYTES);
  }

  private CallEstimate compared(double factor, Node list) {
    return newList(factor, sizes.of(list).times(sizes.of(list)));
  }

  /** A call that makes a list: looking at items costs, and so does making it. */
  private static CallEstimate newList(double factor, Range size) {
    return new CallEstimate(size.times(factor).plus(Range.of(11)), size);
  }

  private CallEstimate sets(List<Node> args, double factor) {
    var pairs = sizes.of(args.getFirst()).times(sizes.of(args.get(1)));
    return CallEstimate.of(pairs.times(factor).plus(Range.ONE));
  }

  private CallEstimate ofLanguage(String overload, @Nullable Node target, List<Node> args) {
    switch (overload) {
      case "string_to_bytes" -> {
        var size = known(args.getFirst());
        var bytes = new Range(size.min(), Range.product(size.max(), 4));
        return new CallEstimate(size.times(CHARACTER), bytes);
      }
      case "bytes_to_string" -> {
        var size = known(args.getFirst());
        return new CallEstimate(size.times(CHARACTER), new Range(size.min() / 4, size.max()));
      }
      case "starts_with_string", "ends_with_string" -> {
        return CallEstimate.of(known(args.getFirst()).times(CHARACTER));
      }
      case "in_list" -> {
        return CallEstimate.of(known(args.get(1)));
      }
      case "matches_string" -> {
        if (target != null) {
          var text = known(target).plus(Range.ONE).times(CHARACTER);
          return CallEstimate.of(text.times(known(args.getFirst()).times(PATTERN_CHARACTER)));
        }
      }
      case "contains_string" -> {
        if (target != null) {
          return CallEstimate.of(
              known(target).times(CHARACTER).times(known(args.getFirst()).times(CHARACTER)));
        }
      }
      case "add_string", "add_bytes" -> {
        var size = known(args.getFirst()).plus(known(args.get(1)));
        return new CallEstimate(size.times(CHARACTER), size);
      }
      case "add_list" -> {
        return new CallEstimate(Range.ONE, known(args.getFirst()).plus(known(args.get(1))));
      }
      default -> {
        if (isComparison(overload)) {
          return CallEstimate.of(comparison(args));
        }
      }
    }
    return CallEstimate.of(Range.ONE);
  }

  static boolean isComparison(String overload) {
    return switch (overload) {
      case "equals",
          "not_equals",
          "less_string",
          "less_equals_string",
          "greater_string",
          "greater_equals_string",
          "less_bytes",
          "less_equals_bytes",
          "greater_bytes",
          "greater_equals_bytes" ->
          true;
      default -> false;
    };
  }

  private static Range comparison(List<Node> args) {
    var max = Math.min(known(args.getFirst()).max(), known(args.get(1)).max());
    return new Range(max > 0 ? 1 : 0, max).times(CHARACTER);
  }

  private static Range known(Node node) {
    return node.known() == null ? Range.UNKNOWN : node.known();
  }
}

package dev.nauarch.expression;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelReference;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.values.CelByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What each step of one evaluation costs; it sees the steps in their order. */
final class StepCosts {

  private static final int LIST = 10;
  private static final int MAP = 30;
  private static final int STRUCT = 40;

  /** No part of an expression has it: they are numbered from one on. */
  private static final long NONE = 0;

  private final CelAbstractSyntaxTree tree;
  private final Set<Long> branches;

  /** The test before this step, by its number, since a test for presence is told twice. */
  private long previous = NONE;

  /** What each part had as its value last, for the calls that take it as an argument. */
  private final Map<Long, Object> values = new HashMap<>();

  /**
   * @param branches what {@link #branches} gives
   */
  StepCosts(CelAbstractSyntaxTree tree, Set<Long> branches) {
    this.tree = tree;
    this.branches = branches;
  }

  /**
   * The parts that are what a condition chooses between, or an index; a variable costs nothing
   * there.
   */
  static Set<Long> branches(CelAbstractSyntaxTree tree) {
    return CelNavigableAst.fromAst(tree)
        .getRoot()
        .allNodes()
        .map(CelNavigableExpr::expr)
        .filter(expr -> expr.getKind() == CelExpr.ExprKind.Kind.CALL)
        .map(CelExpr::call)
        .filter(call -> call.function().equals("_?_:_") || call.function().equals("_[_]"))
        .flatMap(call -> call.args().stream().skip(1))
        .map(CelExpr::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The cost of a step that gave a value. */
  long of(CelExpr step, Object result) {
    values.put(step.id(), result);
    if (step.id() == previous) {
      previous = NONE;
      return 0;
    }
    previous = isTest(step) ? step.id() : NONE;
    return switch (step.getKind()) {
      case IDENT, SELECT -> isTypeName(step) ? 0 : chain(step) - less(step);
      case LIST -> isConstant(step) ? 0 : LIST;
      case MAP -> isConstant(step) ? 0 : MAP;
      case STRUCT -> STRUCT;
      case CALL -> call(step, result);
      default -> 0;
    };
  }

  private long less(CelExpr step) {
    return branches.contains(step.id()) ? 1 : 0;
  }

  private boolean isTypeName(CelExpr step) {
    return tree.getType(step.id()).filter(type -> type.kind() == CelKind.TYPE).isPresent();
  }

  private static boolean isTest(CelExpr step) {
    return switch (step.getKind()) {
      case SELECT -> step.select().testOnly();
      case CALL -> step.call().function().equals("_?._");
      default -> false;
    };
  }

  /** A variable and the fields that are read from it are one step. */
  private static long chain(CelExpr step) {
    long length = isTest(step) ? -1 : 0;
    var part = step;
    while (part.getKind() == CelExpr.ExprKind.Kind.SELECT) {
      length++;
      part = part.select().operand();
    }
    return part.getKind() == CelExpr.ExprKind.Kind.IDENT ? length + 1 : length;
  }

  /** What is made of constants alone is made once and costs nothing. */
  private static boolean isConstant(CelExpr expr) {
    return switch (expr.getKind()) {
      case CONSTANT -> true;
      case LIST -> expr.list().elements().stream().allMatch(StepCosts::isConstant);
      case MAP ->
          expr.map().entries().stream()
              .allMatch(entry -> isConstant(entry.key()) && isConstant(entry.value()));
      default -> false;
    };
  }

  private long call(CelExpr step, Object result) {
    var call = step.call();
    var args = new ArrayList<Object>();
    call.target().ifPresent(target -> args.add(value(target)));
    call.args().forEach(arg -> args.add(value(arg)));
    var overloads =
        tree.getReference(step.id()).map(CelReference::overloadIds).orElse(ImmutableList.of());
    var overload = overloads.isEmpty() ? "" : overloads.getFirst();
    return switch (call.function()) {
      case "check" -> CallCosts.ACCESS_CHECK;
      case "timestamp", "duration" -> isConstant(call.args().getFirst()) ? 0 : 1;
      case "_[_]" -> isVariable(call.args().getFirst()) ? 1 : 2;
      case "_&&_", "_||_", "_?_:_", "orValue", "or" -> 0;
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> traversal(args.getFirst());
      case "url",
          "lowerAscii",
          "upperAscii",
          "substring",
          "trim",
          "jsonpatch.escapeKey",
          "cidr",
          "isIP",
          "isCIDR",
          "quantity",
          "isQuantity",
          "semver",
          "isSemver",
          "startsWith",
          "endsWith",
          "format" ->
          characters(size(args.getFirst()));
      case "ip" -> call.target().isPresent() ? 1 : characters(size(args.getFirst()));
      case "replace", "split", "ip.isCanonical" -> characters(2 * size(args.getFirst()));
      case "join" -> characters(2 * size(result));
      case "find", "findAll", "matches" -> matching(size(args.getFirst()), size(args.get(1)));
      case "containsIP", "containsCIDR" -> containsAddress(call.function(), args);
      case "validate" -> matching(size(args.get(1)), CallCosts.FORMAT_PATTERN_MAX);
      case "contains" ->
          Range.product(characters(size(args.getFirst())), characters(size(args.get(1))));
      case "sets.contains", "sets.intersects" -> sets(args, 1);
      case "sets.equivalent" -> sets(args, 2);
      case "@in" -> isConstant(call.args().get(1)) ? 0 : in(args.get(1));
      default -> ofOverload(overload, args, result);
    };
  }

  /** Whether it is a part of a variable, which its parts are read from in one go. */
  private static boolean isVariable(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> true;
      case SELECT -> isVariable(expr.select().operand());
      case CALL ->
          expr.call().function().equals("_[_]") && isVariable(expr.call().args().getFirst());
      default -> false;
    };
  }

  private static long in(Object container) {
    return container instanceof List<?> list ? list.size() : 1;
  }

  private static long ofOverload(String overload, List<Object> args, Object result) {
    return switch (overload) {
      case "string_to_bytes", "bytes_to_string" -> characters(size(args.getFirst()));
      case "add_string", "add_bytes" ->
          characters(Range.sum(size(args.getFirst()), size(args.get(1))));
      case "list_slice", "list_reverse", "lists_range", "list_flatten" -> size(result) + 11;
      case "list_distinct" -> compared(args.getFirst());
      default -> {
        if (CallCosts.isComparison(overload)) {
          yield characters(Math.min(size(args.getFirst()), size(args.get(1))));
        }
        yield overload.startsWith("list_") && overload.endsWith("_sort")
            ? compared(args.getFirst())
            : 1;
      }
    };
  }

  private Object value(CelExpr arg) {
    var known = values.get(arg.id());
    // A constant is no step.
    return known == null ? constant(arg) : known;
  }

  private static Object constant(CelExpr arg) {
    if (arg.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
      return 0L;
    }
    return switch (arg.constant().getKind()) {
      case STRING_VALUE -> arg.constant().stringValue();
      case BYTES_VALUE -> arg.constant().bytesValue();
      default -> 0L;
    };
  }

  private static long size(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case CelByteString bytes -> bytes.size();
      case Collection<?> items -> items.size();
      case Map<?, ?> map -> map.size();
      case Optional<?> optional when optional.isPresent() -> size(optional.get());
      default -> 1;
    };
  }

  private static long characters(long count) {
    return Range.scaled(count, CallCosts.CHARACTER);
  }

  private static long matching(long text, long pattern) {
    return Range.product(
        characters(Range.sum(text, 1)), Range.scaled(pattern, CallCosts.PATTERN_CHARACTER));
  }

  private static long traversal(Object value) {
    return switch (value) {
      case String text -> (long) (text.length() * CallCosts.CHARACTER);
      case CelByteString bytes -> (long) (bytes.size() * CallCosts.CHARACTER);
      case Collection<?> items -> items.stream().mapToLong(StepCosts::traversal).sum();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .mapToLong(entry -> traversal(entry.getKey()) + traversal(entry.getValue()))
              .sum();
      default -> 1;
    };
  }

  private static long containsAddress(String function, List<Object> args) {
    // The bytes of the block's own address, twice.
    var own = 2 * size(args.getFirst());
    var cost = characters(own);
    if (function.equals("containsCIDR")) {
      cost += characters(size(args.getFirst())) + 1;
    }
    return args.get(1) instanceof String text ? cost + characters(size(text)) : cost;
  }

  private static long sets(List<Object> args, long factor) {
    return Range.sum(
        1, Range.product(factor, Range.product(size(args.getFirst()), size(args.get(1)))));
  }

  private static long compared(Object list) {
    var size = size(list);
    var isText =
        list instanceof List<?> items && !items.isEmpty() && items.getFirst() instanceof String;
    var pairs = Range.product(size, size);
    return Range.sum(11, (long) (pairs * (isText ? 2 + CallCosts.CHARACTER : 2)));
  }
}

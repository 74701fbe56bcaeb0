package dev.nauarch.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypes;
import dev.cel.common.types.SimpleType;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds durations, times and patterns that are written out in an expression and are none, and lists
 * of different things.
 */
final class LiteralCheck {

  private static final java.util.regex.Pattern DURATION =
      java.util.regex.Pattern.compile("[-+]?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)");

  private final CelAbstractSyntaxTree tree;
  private final List<CelIssue> issues = new ArrayList<>();

  private LiteralCheck(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  /** What is wrong, in lines that point at the place; empty for nothing. */
  static Optional<String> problems(CelAbstractSyntaxTree tree) {
    var check = new LiteralCheck(tree);
    CelNavigableAst.fromAst(tree).getRoot().allNodes().forEach(check::visit);
    return check.issues.isEmpty()
        ? Optional.empty()
        : Optional.of(CelIssue.toDisplayString(check.issues, tree.getSource()));
  }

  private void visit(CelNavigableExpr node) {
    var expr = node.expr();
    switch (expr.getKind()) {
      case CALL -> {
        var call = expr.call();
        if (!call.args().isEmpty() && isText(call.args().getLast()) && !isValid(call)) {
          add(call.args().getLast(), "invalid " + call.function() + " argument");
        }
      }
      case LIST -> {
        if (!isFormatted(node)) {
          checkSame(expr.list().elements());
        }
      }
      case MAP -> {
        if (!isFormatted(node)) {
          checkSame(expr.map().entries().stream().map(entry -> entry.key()).toList());
          checkSame(expr.map().entries().stream().map(entry -> entry.value()).toList());
        }
      }
      default -> {
        // Nothing is written out here.
      }
    }
  }

  /** Whether it is filled into a text, which takes values of all types. */
  private static boolean isFormatted(CelNavigableExpr node) {
    for (var parent = node.parent(); parent.isPresent(); parent = parent.get().parent()) {
      var expr = parent.get().expr();
      if (expr.getKind() == CelExpr.ExprKind.Kind.CALL && expr.call().function().equals("format")) {
        return true;
      }
    }
    return false;
  }

  private void checkSame(List<CelExpr> elements) {
    for (var element : elements) {
      var first = type(elements.getFirst());
      var type = type(element);
      if (!first.equals(type) && !first.kind().isDyn() && !type.kind().isDyn()) {
        add(
            element,
            "expected type '%s' but found '%s'"
                .formatted(CelTypes.format(first), CelTypes.format(type)));
        return;
      }
    }
  }

  private CelType type(CelExpr expr) {
    return tree.getType(expr.id()).orElse(SimpleType.DYN);
  }

  private void add(CelExpr expr, String problem) {
    issues.add(CelIssue.formatError(location(tree, expr), problem));
  }

  private static boolean isText(CelExpr expr) {
    return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  private static boolean isValid(CelCall call) {
    var text = call.args().getLast().constant().stringValue();
    return switch (call.function()) {
      case "duration" -> DURATION.matcher(text).matches();
      case "timestamp" -> isTime(text);
      case "matches" -> isPattern(text);
      default -> true;
    };
  }

  private static boolean isTime(String text) {
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeException malformed) {
      return false;
    }
  }

  private static boolean isPattern(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException malformed) {
      return false;
    }
  }

  private static CelSourceLocation location(CelAbstractSyntaxTree tree, CelExpr expr) {
    var source = tree.getSource();
    var offset = source.getPositionsMap().get(expr.id());
    return Optional.ofNullable(offset)
        .flatMap(source::getOffsetLocation)
        .orElse(CelSourceLocation.NONE);
  }
}

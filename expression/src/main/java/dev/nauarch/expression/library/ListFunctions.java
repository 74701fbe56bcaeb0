package dev.nauarch.expression.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import dev.cel.runtime.CelFunctionOverload;
import dev.nauarch.expression.library.FunctionList.Arg;
import java.time.Duration;
import java.util.List;

/** Functions over lists whose items have an order. */
final class ListFunctions {

  private static final CelType ITEM = TypeParamType.create("T");
  private static final Arg<List<?>> ITEMS = Arg.listOf(ITEM);
  private static final Arg<Object> ANY = new Arg<>(ITEM, Object.class);

  private ListFunctions() {}

  static void addTo(FunctionList f) {
    f.member("isSorted", SimpleType.BOOL, ITEMS, ListFunctions::isSorted);
    f.member("min", ITEM, ITEMS, list -> extreme(list, -1));
    f.member("max", ITEM, ITEMS, list -> extreme(list, 1));
    f.member("indexOf", SimpleType.INT, ITEMS, ANY, (list, item) -> (long) list.indexOf(item));
    f.member(
        "lastIndexOf", SimpleType.INT, ITEMS, ANY, (list, item) -> (long) list.lastIndexOf(item));
    sum(
        f,
        SimpleType.INT,
        list -> list.stream().mapToLong(item -> (Long) item).reduce(0, Math::addExact));
    sum(f, SimpleType.DOUBLE, list -> list.stream().mapToDouble(item -> (Double) item).sum());
    sum(
        f,
        SimpleType.DURATION,
        list -> list.stream().map(item -> (Duration) item).reduce(Duration.ZERO, Duration::plus));
  }

  private static void sum(FunctionList f, CelType item, CelFunctionOverload.Unary<List<?>> body) {
    f.member("sum", item, Arg.listOf(item), body);
  }

  private static boolean isSorted(List<?> list) {
    for (var i = 1; i < list.size(); i++) {
      if (compare(list.get(i - 1), list.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  private static Object extreme(List<?> list, int sign) {
    if (list.isEmpty()) {
      throw new IllegalArgumentException((sign < 0 ? "min" : "max") + " called on empty list");
    }
    Object best = list.getFirst();
    for (var item : list) {
      if (compare(item, best) * sign > 0) {
        best = item;
      }
    }
    return best;
  }

  @SuppressWarnings("unchecked")
  private static int compare(Object left, Object right) {
    if (left instanceof Comparable<?> comparable && left.getClass() == right.getClass()) {
      return Integer.signum(((Comparable<Object>) comparable).compareTo(right));
    }
    if (left instanceof Number a && right instanceof Number b) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    throw new IllegalArgumentException("the items of the list have no order");
  }
}

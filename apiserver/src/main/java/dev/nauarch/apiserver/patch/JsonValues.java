package dev.nauarch.apiserver.patch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How values of JSON compare and print, as Kubernetes sees them: a number is its value whatever
 * node class holds it, so that 1 read from a client is 1 from a catalog's default.
 */
public final class JsonValues {

  private JsonValues() {}

  /** Whether two values are the same; an absent one is only the same as another absent one. */
  public static boolean same(@Nullable JsonNode left, @Nullable JsonNode right) {
    if (left == null || right == null) {
      return left == null && right == null;
    }
    if (left.isNumber() && right.isNumber()) {
      return compareNumbers(left, right) == 0;
    }
    if (left.isObject() && right.isObject()) {
      return left.size() == right.size()
          && left.properties().stream()
              .allMatch(entry -> same(entry.getValue(), right.get(entry.getKey())));
    }
    if (left.isArray() && right.isArray()) {
      if (left.size() != right.size()) {
        return false;
      }
      for (var i = 0; i < left.size(); i++) {
        if (!same(left.get(i), right.get(i))) {
          return false;
        }
      }
      return true;
    }
    return left.equals(right);
  }

  /** An order over all values: numbers, strings, booleans, lists, objects, null. */
  public static int compare(JsonNode left, JsonNode right) {
    var byRank = Integer.compare(rank(left), rank(right));
    if (byRank != 0) {
      return byRank;
    }
    return switch (rank(left)) {
      case 0 -> compareNumbers(left, right);
      case 1 -> left.stringValue().compareTo(right.stringValue());
      case 2 -> Boolean.compare(left.booleanValue(), right.booleanValue());
      case 3 -> compareLists(left, right);
      case 4 -> compareObjects(left, right);
      default -> 0;
    };
  }

  /**
   * A value as Go's {@code %v} prints it, which some of Kubernetes' messages hold: {@code map[a:1
   * b:[x y]]}.
   */
  public static String goText(JsonNode value) {
    if (value.isObject()) {
      var entries = new ArrayList<String>();
      for (var name : new TreeSet<>(value.propertyNames())) {
        entries.add(name + ":" + goText(value.path(name)));
      }
      return "map[" + String.join(" ", entries) + "]";
    }
    if (value.isArray()) {
      return "[" + String.join(" ", items(value).stream().map(JsonValues::goText).toList()) + "]";
    }
    return value.isNull() ? "<nil>" : value.asString();
  }

  /** The items of a list, in order; empty for any other value. */
  public static List<JsonNode> items(JsonNode list) {
    return list.isArray() ? List.copyOf(list.values()) : List.of();
  }

  private static int compareNumbers(JsonNode left, JsonNode right) {
    if (left.canConvertToLong()
        && right.canConvertToLong()
        && left.isIntegralNumber()
        && right.isIntegralNumber()) {
      return Long.compare(left.longValue(), right.longValue());
    }
    if (left.isFloatingPointNumber() && Double.isNaN(left.doubleValue())) {
      return -1;
    }
    return left.decimalValue().compareTo(right.decimalValue());
  }

  private static int compareLists(JsonNode left, JsonNode right) {
    for (var i = 0; i < Math.min(left.size(), right.size()); i++) {
      var byItem = compare(left.path(i), right.path(i));
      if (byItem != 0) {
        return byItem;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static int compareObjects(JsonNode left, JsonNode right) {
    var leftNames = new ArrayList<>(new TreeSet<>(left.propertyNames()));
    var rightNames = new ArrayList<>(new TreeSet<>(right.propertyNames()));
    for (var i = 0; i < Math.min(leftNames.size(), rightNames.size()); i++) {
      var byName = leftNames.get(i).compareTo(rightNames.get(i));
      if (byName != 0) {
        return byName;
      }
      var byValue = compare(left.path(leftNames.get(i)), right.path(rightNames.get(i)));
      if (byValue != 0) {
        return byValue;
      }
    }
    return Comparator.<Integer>naturalOrder().compare(leftNames.size(), rightNames.size());
  }

  private static int rank(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> 0;
      case STRING -> 1;
      case BOOLEAN -> 2;
      case ARRAY -> 3;
      case OBJECT -> 4;
      default -> 5;
    };
  }
}

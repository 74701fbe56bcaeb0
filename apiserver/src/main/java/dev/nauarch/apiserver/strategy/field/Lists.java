package dev.nauarch.apiserver.strategy.field;

import java.util.HashSet;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.node.StringNode;

/** Checks lists whose length is bounded: one that is too long is not looked into. */
public final class Lists {

  private Lists() {}

  /** Checks each item. */
  public static void each(Problems problems, Field list, int itemsMax, Consumer<Field> rule) {
    if (list.node().size() > itemsMax) {
      problems.tooMany(list, itemsMax);
    } else {
      list.items().forEach(rule);
    }
  }

  /**
   * Checks each item, and that no two have the same key.
   *
   * @return whether the list is short enough and has no key twice
   */
  public static boolean set(
      Problems problems,
      Field list,
      int itemsMax,
      Function<Field, String> key,
      Consumer<Field> rule) {
    if (list.node().size() > itemsMax) {
      problems.tooMany(list, itemsMax);
      return false;
    }
    list.items().forEach(rule);
    var isSet = true;
    var seen = new HashSet<String>();
    for (var item : list.items()) {
      if (!seen.add(key.apply(item))) {
        problems.duplicate(new Field(StringNode.valueOf(key.apply(item)), item.path(), ""));
        isSet = false;
      }
    }
    return isSet;
  }
}

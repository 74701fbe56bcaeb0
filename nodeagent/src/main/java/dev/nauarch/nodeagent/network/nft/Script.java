package dev.nauarch.nodeagent.network.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Commands for {@code nft}, in an order in which each finds what it refers to: sets and chains are
 * there before their elements and rules, and go after them.
 */
final class Script {
  private final String table;
  private final StringBuilder made = new StringBuilder();
  private final StringBuilder rules = new StringBuilder();
  private final SortedMap<String, List<String>> goneBySet = new TreeMap<>();
  private final SortedMap<String, List<String>> newBySet = new TreeMap<>();
  private final StringBuilder emptied = new StringBuilder();
  private final StringBuilder gone = new StringBuilder();

  /**
   * @param table its family and name
   */
  Script(String table) {
    this.table = table;
  }

  /** Adds what it takes to bring one item from its former value to a new one; null for nothing. */
  void change(Item item, @Nullable String former, @Nullable String value) {
    if (Objects.equals(former, value)) {
      return;
    }
    switch (item.kind()) {
      case SET -> set(item.holder(), former, value);
      case CHAIN -> chain(item.holder(), former, value);
      case ELEMENT -> element(item, former, value);
    }
  }

  private void set(String name, @Nullable String former, @Nullable String value) {
    if (value == null) {
      var word = kind(Objects.requireNonNull(former));
      gone.append("delete ").append(word).append(' ').append(named(name)).append('\n');
      return;
    }
    if (former != null) {
      throw new IllegalStateException(
          name + " is declared as " + former + " and can't become " + value);
    }
    var word = kind(value);
    made.append("add ").append(word).append(' ').append(named(name));
    made.append(value, word.length(), value.length()).append('\n');
  }

  private static String kind(String declaration) {
    return declaration.substring(0, declaration.indexOf(' '));
  }

  private void chain(String name, @Nullable String former, @Nullable String value) {
    if (value == null) {
      emptied.append("flush chain ").append(named(name)).append('\n');
      gone.insert(0, "delete chain " + named(name) + "\n");
      return;
    }
    made.append(former == null ? "add" : "flush").append(" chain ").append(named(name));
    made.append('\n');
    value
        .lines()
        .forEach(
            rule -> rules.append("add rule ").append(named(name)).append(' ').append(rule + "\n"));
  }

  private void element(Item item, @Nullable String former, @Nullable String value) {
    if (former != null) {
      goneBySet.computeIfAbsent(item.holder(), _ -> new ArrayList<>()).add(item.key());
    }
    if (value != null) {
      newBySet
          .computeIfAbsent(item.holder(), _ -> new ArrayList<>())
          .add(value.isEmpty() ? item.key() : item.key() + " : " + value);
    }
  }

  private String named(String name) {
    return table + " " + name;
  }

  /** All of it; empty for nothing. */
  String text() {
    var text = new StringBuilder(made).append(rules);
    goneBySet.forEach((set, keys) -> elements(text, "delete", set, keys));
    newBySet.forEach((set, keys) -> elements(text, "add", set, keys));
    return text.append(emptied).append(gone).toString();
  }

  private void elements(StringBuilder text, String verb, String set, List<String> keys) {
    text.append(verb).append(" element ").append(named(set)).append(" { ");
    text.append(String.join(", ", keys)).append(" }\n");
  }
}

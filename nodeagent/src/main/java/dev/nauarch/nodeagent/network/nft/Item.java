package dev.nauarch.nodeagent.network.nft;

import java.util.Comparator;

/**
 * One thing that a table may hold.
 *
 * @param kind what it is
 * @param holder its name; of an element, the name of its set
 * @param key of an element, what it is found by; else empty
 */
public record Item(Kind kind, String holder, String key) implements Comparable<Item> {
  private static final Comparator<Item> ORDER =
      Comparator.comparing(Item::kind).thenComparing(Item::holder).thenComparing(Item::key);

  /** What a table is made of. */
  public enum Kind {
    /** A set or map; its value is how it is declared, for example {@code set { type mark; }}. */
    SET,
    /** A chain; its value is its rules, one on each line. */
    CHAIN,
    /** An element of a set or map; its value is what the map leads to, empty for a set. */
    ELEMENT
  }

  /** A set or a map. */
  public static Item set(String name) {
    return new Item(Kind.SET, name, "");
  }

  /** A chain. */
  public static Item chain(String name) {
    return new Item(Kind.CHAIN, name, "");
  }

  /** An element of a set or map. */
  public static Item element(String set, String key) {
    return new Item(Kind.ELEMENT, set, key);
  }

  @Override
  public int compareTo(Item other) {
    return ORDER.compare(this, other);
  }
}

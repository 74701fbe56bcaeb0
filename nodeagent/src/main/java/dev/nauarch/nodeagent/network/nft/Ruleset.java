package dev.nauarch.nodeagent.network.nft;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a table of nftables shall hold, and how that differs from what it holds. Pure: the same
 * calls give the same scripts.
 *
 * <p>A table has a frame, which never changes, and items that owners claim: a service or a pod, by
 * name. Where two claim the same item, the owner that comes first by name has it, and the other
 * takes its place when it is given up; that makes shared items no special case, and a node port
 * that two services have harms nobody else.
 */
public final class Ruleset {
  private final String table;
  private final String frame;
  private final Map<String, Map<Item, String>> itemsByOwner = new HashMap<>();
  private final Map<Item, SortedMap<String, String>> claimsByItem = new HashMap<>();

  /** What the kernel has of the items that changed since; null for nothing. */
  private final SortedMap<Item, @Nullable String> formerByItem = new TreeMap<>();

  private boolean isKnown;

  /**
   * @param family of the table
   * @param name of the table
   * @param frame the declarations that it always has
   */
  public Ruleset(Family family, String name, String frame) {
    this.table = family.word() + " " + name;
    this.frame = frame;
  }

  /** The script that takes a table away, whether it is there or not. */
  public static String removal(Family family, String name) {
    return removal(family.word() + " " + name);
  }

  private static String removal(String table) {
    return "table " + table + "\ndelete table " + table + "\n";
  }

  /**
   * Says all that an owner wants.
   *
   * @param items in place of what it wanted before; none for an owner that is gone
   */
  public void put(String owner, Map<Item, String> items) {
    var before = itemsByOwner.getOrDefault(owner, Map.of());
    if (items.isEmpty()) {
      itemsByOwner.remove(owner);
    } else {
      itemsByOwner.put(owner, items);
    }
    for (var item : before.keySet()) {
      if (!items.containsKey(item)) {
        claim(item, owner, null);
      }
    }
    items.forEach(
        (item, value) -> {
          if (!value.equals(before.get(item))) {
            claim(item, owner, value);
          }
        });
  }

  private void claim(Item item, String owner, @Nullable String value) {
    var claims = claimsByItem.computeIfAbsent(item, _ -> new TreeMap<>());
    var before = first(claims);
    if (value == null) {
      claims.remove(owner);
    } else {
      claims.put(owner, value);
    }
    if (!Objects.equals(before, first(claims)) && !formerByItem.containsKey(item)) {
      formerByItem.put(item, before);
    }
    if (claims.isEmpty()) {
      claimsByItem.remove(item);
    }
  }

  private static @Nullable String first(@Nullable SortedMap<String, String> claims) {
    return claims == null || claims.isEmpty() ? null : claims.firstEntry().getValue();
  }

  /** Whether nobody wants anything. */
  public boolean isEmpty() {
    return itemsByOwner.isEmpty();
  }

  /** Whether it is known what the kernel holds, so that a difference can be sent. */
  public boolean isKnown() {
    return isKnown;
  }

  /** How many owners want something. */
  public int owners() {
    return itemsByOwner.size();
  }

  /**
   * What {@code nft -f -} is to do, in one transaction: the difference, or the whole table in place
   * of whatever is there.
   *
   * @return empty where there is nothing to do
   */
  public String script() {
    var script = new Script(table);
    if (isKnown) {
      formerByItem.forEach((item, former) -> script.change(item, former, wanted(item)));
      return script.text();
    }
    new TreeMap<>(claimsByItem).forEach((item, claims) -> script.change(item, null, first(claims)));
    return removal(table) + "table " + table + " {\n" + frame + "}\n" + script.text();
  }

  private @Nullable String wanted(Item item) {
    return first(claimsByItem.get(item));
  }

  /** The last script was carried out. */
  public void applied() {
    isKnown = true;
    formerByItem.clear();
  }

  /** What the kernel holds is not known any more; the next script replaces all of it. */
  public void forget() {
    isKnown = false;
    formerByItem.clear();
  }
}

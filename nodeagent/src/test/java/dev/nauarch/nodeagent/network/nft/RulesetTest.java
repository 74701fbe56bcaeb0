package dev.nauarch.nodeagent.network.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulesetTest {
  private final Ruleset ruleset = new Ruleset(Family.IPV4, "t", "  frame\n");

  @Test
  void theFirstScriptReplacesTheTableAndNoOther() {
    ruleset.put("a", Map.of(Item.element("ports", "80"), "goto x", Item.chain("x"), "drop"));
    assertEquals(
        """
        table ip t
        delete table ip t
        table ip t {
          frame
        }
        add chain ip t x
        add rule ip t x drop
        add element ip t ports { 80 : goto x }
        """,
        ruleset.script());
  }

  @Test
  void laterOnesSayTheDifferenceAlone() {
    ruleset.put("a", items("80", "goto x", "81", "goto y"));
    ruleset.applied();
    assertEquals("", ruleset.script());
    ruleset.put("a", items("80", "goto z", "81", "goto y", "82", ""));
    assertEquals(
        """
        delete element ip t ports { 80 }
        add element ip t ports { 80 : goto z, 82 }
        """,
        ruleset.script());
    ruleset.put("a", items("80", "goto x", "81", "goto y"));
    assertEquals("", ruleset.script());
  }

  @Test
  void whatIsReferredToComesBeforeAndGoesAfter() {
    var items = items("80", "goto x");
    items.put(Item.chain("x"), "jump y\ndrop");
    items.put(Item.chain("y"), "ip saddr @s drop");
    items.put(Item.set("s"), "set { type ipv4_addr; }");
    ruleset.put("0", items("443", "drop"));
    ruleset.script();
    ruleset.applied();
    ruleset.put("a", items);
    assertEquals(
        """
        add set ip t s { type ipv4_addr; }
        add chain ip t x
        add chain ip t y
        add rule ip t x jump y
        add rule ip t x drop
        add rule ip t y ip saddr @s drop
        add element ip t ports { 80 : goto x }
        """,
        ruleset.script());
    ruleset.applied();
    ruleset.put("a", Map.of());
    assertEquals(
        """
        delete element ip t ports { 80 }
        flush chain ip t x
        flush chain ip t y
        delete chain ip t y
        delete chain ip t x
        delete set ip t s
        """,
        ruleset.script());
  }

  @Test
  void ofTwoOwnersTheFirstByNameHasAnItemUntilItGivesItUp() {
    ruleset.put("b", items("80", "goto b"));
    ruleset.applied();
    ruleset.put("a", items("80", "goto a"));
    assertTrue(ruleset.script().contains("80 : goto a"), ruleset::script);
    ruleset.applied();
    ruleset.put("b", items("80", "goto c"));
    assertEquals("", ruleset.script());
    ruleset.put("a", Map.of());
    assertTrue(ruleset.script().contains("80 : goto c"), ruleset::script);
  }

  @Test
  void afterAFailureTheWholeIsSent() {
    ruleset.put("a", items("80", "goto x"));
    ruleset.applied();
    ruleset.put("b", items("81", "goto x"));
    ruleset.forget();
    assertTrue(ruleset.script().startsWith("table ip t\ndelete table ip t\n"), ruleset::script);
    assertTrue(ruleset.script().contains("{ 80 : goto x, 81 : goto x }"), ruleset::script);
  }

  private static Map<Item, String> items(String... keysAndValues) {
    var items = new LinkedHashMap<Item, String>();
    for (var i = 0; i < keysAndValues.length; i += 2) {
      items.put(Item.element("ports", keysAndValues[i]), keysAndValues[i + 1]);
    }
    return items;
  }
}

package dev.nauarch.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.object.FieldSelector.Requirement;
import dev.nauarch.apiserver.port.Attributes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told of a write. */
class WatchersTest {

  private final Watchers watchers = new Watchers();

  @Test
  void whoWatchesMoreIsToldToo() {
    var all = of("", "");
    var here = of("here", "");
    var one = here.selecting(List.of(new Requirement("metadata.name", "one", true)));
    var others = here.selecting(List.of(new Requirement("metadata.name", "one", false)));
    for (var watch : List.of(all, here, one, others, of("there", ""))) {
      watchers.count(watch, 1);
    }
    assertEquals(4, watchers.of(of("here", "one")));
    assertEquals(3, watchers.of(of("here", "two")));
    assertEquals(2, watchers.of(of("there", "one")));
    assertEquals(1, watchers.of(of("elsewhere", "one")));
    watchers.count(all, -1);
    watchers.count(here, -1);
    assertEquals(2, watchers.of(of("here", "one")));
  }

  private static Attributes of(String namespace, String name) {
    return new Attributes("update", "", "v1", "configmaps", "", namespace, name, "", List.of());
  }
}

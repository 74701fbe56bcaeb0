package dev.nauarch.apiserver.flowcontrol;

import static dev.nauarch.apiserver.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.apiserver.port.MemoryView;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When the configuration of priority and fairness is read. */
class FlowControlTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private static boolean knows(FlowControl control, String level) {
    var page = new StringBuilder();
    control.print(page);
    return page.indexOf("priority_level=\"" + level + "\"") >= 0;
  }

  /** Where nothing happens it looks every ten seconds. */
  @Test
  void aLevelCountsAsSoonAsItIsStored() throws Exception {
    var view = new MemoryView();
    try (var control = FlowControl.start(view, (group, plural) -> 0, LoadOptions.DEFAULT)) {
      assertFalse(knows(control, "mine"));
      for (var name : new String[] {"mine", "other"}) {
        var begin = Instant.now();
        view.put(
            FlowObjects.GROUP,
            FlowObjects.LEVELS,
            MemoryView.tree(
                "{'kind':'PriorityLevelConfiguration','metadata':{'name':'"
                    + name
                    + "'},'spec':{'type':'Limited','limited':{'nominalConcurrencyShares':5,"
                    + "'limitResponse':{'type':'Reject'}}}}"));
        await("it counts soon", () -> knows(control, name) || isOver(begin));
        assertFalse(isOver(begin), "it was found by chance");
      }
    }
  }

  private static boolean isOver(Instant begin) {
    return Duration.between(begin, Instant.now()).compareTo(SOON) > 0;
  }
}

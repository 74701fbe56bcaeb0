package dev.nauarch.scheduling.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.scheduling.model.ExtendedNeeds;
import dev.nauarch.scheduling.model.ExtendedNeeds.Ask;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which requests a claim for extended resources has, and whose they are. */
class ExtendedLayoutTest {

  private static ExtendedLayout layout(Ask... asks) {
    return ExtendedLayout.of(
        new ExtendedNeeds(List.of(asks), false),
        new TreeMap<>(Map.of("a.b/gpu", "gpu", "a.b/nic", "nic")));
  }

  private static Ask starting(int container, long count) {
    return new Ask(container, "c" + container, true, "a.b/gpu", 1, count);
  }

  private static Ask lasting(int container, long count) {
    return new Ask(container, "c" + container, false, "a.b/gpu", 1, count);
  }

  private static List<String> requests(ExtendedLayout layout) {
    return layout.spec().getDevices().getRequests().stream()
        .map(
            each ->
                each.getName()
                    + "="
                    + each.getExactly().getCount()
                    + " "
                    + each.getExactly().getDeviceClassName())
        .toList();
  }

  private static List<String> mappings(ExtendedLayout layout) {
    return layout.mappings().stream()
        .map(each -> each.getContainerName() + ":" + each.getRequestName())
        .toList();
  }

  @Test
  void eachContainerAndResourceHasARequest() {
    var layout = layout(lasting(0, 2), new Ask(1, "c1", false, "a.b/nic", 2, 1));
    assertEquals(
        List.of("container-0-request-1=2 gpu", "container-1-request-2=1 nic"), requests(layout));
    assertEquals(List.of("c0:container-0-request-1", "c1:container-1-request-2"), mappings(layout));
  }

  @Test
  void aStartingContainerHasTheDevicesOfThoseThatComeAfterIt() {
    var layout = layout(starting(0, 2), lasting(1, 1), lasting(2, 3));
    assertEquals(
        List.of("container-1-request-1=1 gpu", "container-2-request-1=3 gpu"), requests(layout));
    assertEquals(
        List.of(
            "c1:container-1-request-1",
            "c2:container-2-request-1",
            "c0:container-1-request-1",
            "c0:container-2-request-1"),
        mappings(layout));
  }

  @Test
  void startingContainersShareWhatTheyLackBeside() {
    var layout = layout(starting(0, 3), starting(1, 5), lasting(2, 1));
    assertEquals(
        List.of("container-1-request-1=4 gpu", "container-2-request-1=1 gpu"), requests(layout));
    assertEquals(
        List.of(
            "c2:container-2-request-1",
            "c0:container-2-request-1",
            "c0:container-1-request-1",
            "c1:container-2-request-1",
            "c1:container-1-request-1"),
        mappings(layout));
  }

  @Test
  void aSidecarThatStartsBeforeAContainerKeepsItsDevices() {
    var layout = layout(lasting(0, 1), starting(1, 2), lasting(2, 1));
    assertEquals(
        List.of(
            "container-0-request-1=1 gpu",
            "container-1-request-1=1 gpu",
            "container-2-request-1=1 gpu"),
        requests(layout));
  }
}

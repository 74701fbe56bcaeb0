package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What drivers and users say of devices that makes no sense, and that nobody else suffers for it.
 */
class DeviceFaultsTest extends DeviceScene {

  private static final String TEN = "[1,2,3,4,5,6,7,8,9,10]";

  /** Costs some hundred thousand units on each device, which is less than one evaluation may. */
  private static final String DEAR =
      TEN
          + ".all(a, "
          + TEN
          + ".all(b, "
          + TEN
          + ".all(c, "
          + TEN
          + ".all(d, a + b + c + d < 0 || device.driver == \\\"d\\\"))))";

  private void othersAreServed() {
    world.claims.make("good", ANY);
    world.pod("good", "good");
    world.settle();
    assertTrue(!world.nodeOf("good").isEmpty(), world.why("good"));
  }

  @Test
  void anExpressionThatIsDearOnManyDevicesIsGivenUp() {
    gpus();
    for (var node = 0; node < 200; node++) {
      world.node("n" + node);
      world.devices("n" + node, device("a", ""));
    }
    world.claims.make("dear", "'requests':[" + request("gpu", "'count':2," + cel(DEAR)) + "]");
    world.pod("dear", "dear");
    world.settle();
    assertTrue(
        world.why("dear").contains("it costs too much on all devices together"), world.why("dear"));
    othersAreServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e400",
        "1e-400",
        "-1e400",
        "nonsense",
        "9223372036854775808",
        "1e999999999",
        "1e-999999999"
      })
  void numbersWithoutMeasureRefuseNobodyElse(String number) {
    gpus();
    world.node("n1");
    world.slice(
        "sets",
        "n1",
        1,
        2,
        "'nodeName':'n1','sharedCounters':[{'name':'set','counters':{'memory':{'value':'"
            + number
            + "'}}}]");
    world.slice(
        "n1",
        "n1",
        1,
        2,
        "'nodeName':'n1','devices':["
            + device(
                "a",
                "'consumesCounters':[{'counterSet':'set','counters':{'memory':{'value':'"
                    + number
                    + "'}}}]")
            + ","
            + device(
                "b",
                "'allowMultipleAllocations':true,'capacity':{'memory':{'value':'"
                    + number
                    + "','requestPolicy':{'validRange':{'min':'1','step':'0'}}}}")
            + ","
            + device("c", "'allowMultipleAllocations':true,'capacity':{'memory':{'value':'80Gi'}}")
            + "]");
    world.claims.make("odd", "'requests':[" + request("gpu", "'count':3") + "]");
    world.pod("odd", "odd");
    world.settle();
    assertTrue(
        !world.nodeOf("odd").isEmpty() || world.why("odd").contains("cannot allocate"),
        world.why("odd"));
    world.gone("odd");
    world.settle();
    othersAreServed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "1e-400", "-1e400", "9223372036854775808"})
  void amountsWithoutMeasureAreRefused(String amount) {
    gpus();
    world.node("n1");
    world.devices(
        "n1",
        device("a", "'allowMultipleAllocations':true,'capacity':{'memory':{'value':'80Gi'}}"));
    world.claims.make(
        "odd",
        "'requests':["
            + request("gpu", "'capacity':{'requests':{'memory':'" + amount + "'}}")
            + "]");
    world.pod("odd", "odd");
    world.settle();
    assertTrue(world.why("odd").contains("cannot allocate"), world.why("odd"));
    othersAreServed();
  }

  @Test
  void moreDevicesThanThereCanBeAreRefused() {
    twoNodes();
    world.claims.make(
        "many",
        "'requests':["
            + request("one", "'count':1")
            + ","
            + request("more", "'count':9223372036854775807")
            + "]");
    world.pod("many", "many");
    world.asking("most", Map.of("deviceclass.resource.kubernetes.io/gpu", Long.MAX_VALUE / 4));
    world.settle();
    for (var name : List.of("many", "most")) {
      assertTrue(world.why(name).contains("cannot allocate all claims"), world.why(name));
    }
    othersAreServed();
  }

  @Test
  void aSliceThatVanishesUnderADecisionLeavesNothingBehind() {
    twoNodes();
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.asking("q", Map.of("deviceclass.resource.kubernetes.io/gpu", 1L));
    world.hear(world.news.size());
    world.noSlice("n1");
    world.noSlice("n2");
    world.hear(world.news.size());
    world.settle();
    for (var name : List.of("p", "q")) {
      world.gone(name);
    }
    world.pass(Duration.ofSeconds(30));
    assertTrue(world.claims.all().stream().allMatch(one -> ClaimShelf.results(one).isEmpty()));
    assertEquals(1, world.claims.all().size());
    world.devices("n1", device("a", ""), device("b", ""));
    othersAreServed();
  }

  @Test
  void aPoolWithADeviceTwiceIsNamedAndOthersServe() {
    gpus();
    world.node("n1");
    world.node("n2");
    world.devices("n1", device("a", ""), device("a", ""));
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.settle();
    assertTrue(world.why("p").contains("invalid resource pools were encountered"), world.why("p"));
    world.devices("n2", device("b", ""));
    world.pass(Duration.ofSeconds(30));
    assertEquals("n2", world.nodeOf("p"), world.why("p"));
  }

  @Test
  void claimsThatCanNotBeWrittenAreNamed() {
    twoNodes();
    world.claims.refuse("exceeded quota: few");
    world.asking("p", Map.of("deviceclass.resource.kubernetes.io/gpu", 1L));
    world.settle();
    assertTrue(world.why("p").contains("exceeded quota: few"), world.why("p"));
    assertEquals(List.of(), world.claims.all());
    world.claims.refuse("");
    world.pass(Duration.ofSeconds(30));
    assertTrue(!world.nodeOf("p").isEmpty(), world.why("p"));
    assertTrue(world.claimFor("p").isPresent());
  }
}

package dev.nauarch.nodeagent.simulated.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.simulated.stage.Stage.Next;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageFileTest {
  private static final String STAGE =
      """
      apiVersion: nauarch.dev/v1alpha1
      kind: Stage
      metadata: {name: crash}
      spec:
        selector: {kind: Pod, matchLabels: {app: web}, namespace: a, ownerKind: Job}
        when: {state: Running, container: "c*", ready: true, restarts: {atLeast: 1, atMost: 2}}
        delay: {seconds: 1.5, jitterSeconds: 2}
        next: {exit: {code: 137, reason: OOMKilled, message: too much}}
      """;

  @Test
  void aStageIsReadWhole() {
    var stage = StageFile.parse(STAGE, 3).all().getFirst();
    assertEquals("crash", stage.name());
    assertEquals("{app=web}", stage.selector().labels().toString());
    assertEquals("Job", stage.selector().owner());
    assertEquals("c*", stage.when().container());
    assertEquals(Optional.of(true), stage.when().ready());
    assertEquals(1, stage.when().restartsMin());
    assertEquals(2, stage.when().restartsMax());
    assertEquals(Duration.ofMillis(1500), stage.delay().least());
    assertEquals(new Next.Exit(137, "OOMKilled", "too much"), stage.next());
    assertEquals(Stages.NONE.all(), StageFile.parse("# nothing\n", 1).all());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "kind: Stage|kind: Stages|document 1.kind: is Stages, expected one of [Stage]",
        "v1alpha1|v2|apiVersion: is nauarch.dev/v2, expected one of",
        "name: crash|title: crash|document 1.metadata.name: is missing",
        "kind: Pod|kind: Service|(crash).selector.kind: is Service, expected one of [Node, Pod]",
        "state: Running|state: Sleeping|(crash).when.state: is Sleeping, expected one of [Starting",
        "state: Running|state: Starting|(crash).when.ready: only a container that is Running",
        "seconds: 1.5|seconds: soon|(crash).delay.seconds: is soon, expected seconds",
        "seconds: 1.5|seconds: -1|(crash).delay.seconds: is -1, expected seconds",
        "seconds: 1.5|minutes: 1|(crash).delay.minutes: there is no such field",
        "code: 137|code: 256|(crash).next.exit.code: is 256, expected a number from 0 to 255",
        "atLeast: 1|atLeast: one|(crash).when.restarts.atLeast: is one, expected a number",
        "exit: {|start: {}, exit: {|(crash).next.*: expected one of",
        "exit: {|explode: {|(crash).next.*: expected one of",
        "namespace: a|namespaces: a|(crash).selector.namespaces: there is no such field",
        "metadata: {name: crash}|metadata: crash|document 1.metadata is no mapping",
        "kind: Stage|[|document 1 is no YAML",
        "exit: {code|usage: {cpu: lots, code|(crash).next.usage.cpu: is lots, expected a quantity",
        "exit: {code|usage: {gpu: 101, code|(crash).next.usage.gpu: is 101, expected percent",
        "exit: {code|usage: {memory: -1, code|(crash).next.usage.memory: is -1, expected a",
        "exit: {code|usage: {gpuMemory: [], code|(crash).next.usage.gpuMemory: expected a text",
        "exit: {code|usage: {disk: 1, code|(crash).next.usage.*: expected some of [cpu, memory,",
        "exit: {code|usage: {cpu: 1, code|(crash).next.usage.code: there is no such field",
        "ready: true|asked: false|(crash).when.asked: expected true",
        "Running, container: \"c*\", ready|Stopping, asked|(crash).when.asked: expected true",
      })
  void aSlipIsToldWithItsPlace(String right, String wrong, String message) {
    var fault =
        assertThrows(
            IllegalArgumentException.class, () -> StageFile.parse(STAGE.replace(right, wrong), 1));
    assertTrue(String.valueOf(fault.getMessage()).contains(message), fault::getMessage);
  }

  @Test
  void aNameIsThereOnce() {
    var fault =
        assertThrows(
            IllegalArgumentException.class, () -> StageFile.parse(STAGE + "---\n" + STAGE, 1));
    assertEquals("document 2: a stage crash is there already", fault.getMessage());
  }

  @Test
  void nodesDoNotEndAndContainersOnlyFailAtTheirStart() {
    var node = STAGE.replaceAll("(?s)selector: .*", "selector: {kind: Node}\n  next: {exit: {}}\n");
    var fault = assertThrows(IllegalArgumentException.class, () -> StageFile.parse(node, 1));
    assertTrue(String.valueOf(fault.getMessage()).contains("for a node"), fault::getMessage);
    var late = STAGE.replace("exit: {code: 137,", "fail: {");
    fault = assertThrows(IllegalArgumentException.class, () -> StageFile.parse(late, 1));
    assertTrue(
        String.valueOf(fault.getMessage()).contains("for a container that is running"),
        fault::getMessage);
  }
}

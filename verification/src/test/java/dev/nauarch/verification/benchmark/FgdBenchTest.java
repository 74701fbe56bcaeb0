package dev.nauarch.verification.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.share.ForesightRule;
import dev.nauarch.scheduling.share.Room;
import dev.nauarch.scheduling.share.SharingRule;
import dev.nauarch.scheduling.share.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader and the protocol, on a small cluster made here. */
class FgdBenchTest {

  private static final String NODES = "openb_node_list_gpu_node.csv";
  private static final String PODS = "openb_pod_list_small.csv";
  private static final String NODE_COLUMNS = "sn,cpu_milli,memory_mib,gpu,model\n";
  private static final String POD_COLUMNS = "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n";

  @TempDir private Path directory;

  @BeforeEach
  void writeTrace() throws IOException {
    var nodes = new StringBuilder(NODE_COLUMNS);
    for (var i = 40; i > 0; i--) {
      nodes.append(i % 4 == 0 ? "b" : "a").append(100 + i);
      nodes.append(i % 4 == 0 ? ",96000,100000,2,T4\n" : ",96000,400000,8,G2\n");
    }
    Files.writeString(directory.resolve(NODES), nodes);
    var random = new SplittableRandom(7);
    var pods = new StringBuilder(POD_COLUMNS);
    for (var i = 0; i < 300; i++) {
      pods.append("p").append(1000 + i);
      switch (random.nextInt(6)) {
        case 0 -> pods.append(",12000,1000,0,0\n");
        case 1 -> pods.append(",64000,10000,8,1000\n");
        case 2 -> pods.append(",4000,5000,1,810\n");
        case 3 -> pods.append(",12000,5000,1,470\n");
        case 4 -> pods.append(",4000,5000,1,160\n");
        default -> pods.append(",11400,20000,1,1000\n");
      }
    }
    Files.writeString(directory.resolve(PODS), pods);
  }

  private FgdTrace trace() {
    return FgdTrace.read(directory, "small");
  }

  @Test
  void nodesAndPodsAreReadByName() {
    var trace = trace();
    assertEquals(40, trace.nodes().size());
    assertEquals(300, trace.pods().size());
    assertEquals("G2", trace.nodes().getFirst().model());
    assertEquals("T4", trace.nodes().getLast().model());
    assertEquals((30 * 8 + 10 * 2) * 1000, trace.capacity());
  }

  @Test
  void whatIsWrongWithATraceIsSaid() throws IOException {
    assertSays("is no directory", () -> FgdTrace.read(directory.resolve("none"), "small"));
    assertSays("openb_pod_list_other.csv is not there", () -> FgdTrace.read(directory, "other"));
    Files.writeString(directory.resolve(PODS), POD_COLUMNS + "p,1,1,2,500\n");
    assertSays("line 2: a pod can't ask for 2 devices, 500 thousandths", this::trace);
    Files.writeString(directory.resolve(PODS), POD_COLUMNS + "p,1,1,x,500\n");
    assertSays("line 2: num_gpu is \"x\", expected a whole number", this::trace);
    Files.writeString(directory.resolve(PODS), POD_COLUMNS + "p,1,1\n");
    assertSays("line 2 has 3 fields of 5", this::trace);
    Files.writeString(directory.resolve(PODS), "name,cpu_milli\np,1\n");
    assertSays("has no column num_gpu", this::trace);
    Files.writeString(directory.resolve(NODES), NODE_COLUMNS + "n,1,1,0,\n");
    assertSays("a node with 0 GPUs", this::trace);
    Files.writeString(directory.resolve(NODES), NODE_COLUMNS);
    assertSays("is empty", this::trace);
  }

  private static void assertSays(String words, Runnable reading) {
    var message = assertThrows(TraceException.class, reading::run).getMessage();
    assertTrue(String.valueOf(message).contains(words), message);
  }

  @Test
  void podsArriveShuffledUntilTheyAskForAThirdMoreThanThereIs() {
    var replay = new FgdReplay(trace());
    var arrivals = replay.arrivals(1);
    assertEquals(arrivals, replay.arrivals(1));
    assertNotEquals(arrivals, replay.arrivals(2));
    var asked = arrivals.stream().mapToLong(Task::total).sum();
    assertTrue(asked > 1.3 * trace().capacity() - 8000, "asked for " + asked);
    assertTrue(asked < 1.3 * trace().capacity() + 8000, "asked for " + asked);
  }

  @Test
  void equalNodesGetPodsInTheOrderOfTheirNames() {
    var chosen = new ArrayList<Room>();
    SharingRule indifferent =
        (room, task) -> {
          chosen.add(room);
          return new SharingRule.Choice(1, room.tightest(task.thousandths()));
        };
    var one = List.of(Task.whole(1000, 1));
    var nodes = trace().nodes();
    new FgdReplay(new FgdTrace(nodes.subList(0, 2), one)).run(indifferent, 1);
    // Both were asked once, and then each time the first one until it was full.
    assertEquals(nodes.subList(0, 2), chosen.subList(0, 2));
    assertEquals(7, chosen.get(2).count(Task.WHOLE));
    assertEquals(6, chosen.get(3).count(Task.WHOLE));
  }

  @Test
  void resultsAreTheSameEachTimeAndNobodyGetsMoreThanThereIs() {
    var first = new FgdBench(directory, 3).run(List.of("small"));
    assertEquals(first, new FgdBench(directory, 3).run(List.of("small")));
    var numbers = first.getFirst().numbers();
    for (var rule : List.of("random", "best_fit", "fgd", "foresight")) {
      var allocated = numbers.getOrDefault(rule + "_percent", -1.0);
      assertTrue(allocated > 50 && allocated <= 100, rule + " " + allocated);
    }
    assertTrue(
        numbers.getOrDefault("foresight_percent", 0.0)
            > numbers.getOrDefault("random_percent", 100.0),
        numbers.toString());
    assertTrue(FgdBench.table(first.getFirst()).contains("foresight"));
  }

  @Test
  void aPodThatFitsNowhereIsDropped() {
    var trace = new FgdTrace(trace().nodes().subList(0, 1), List.of(Task.whole(60_000, 5)));
    var replay = new FgdReplay(trace);
    assertEquals(62.5, replay.run(new ForesightRule(replay.typical()), 1).allocated());
  }
}

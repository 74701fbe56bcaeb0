package dev.nauarch.reconcile.vertical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.ContainerPolicy;
import dev.nauarch.api.vertical.ContainerRecommendation;
import dev.nauarch.api.vertical.ResourcePolicy;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a container, and what is recommended by it. */
class ContainerUsageTest {

  private static final long MI = 1L << 20;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private static ContainerRecommendation recommended(ContainerUsage usage, ResourcePolicy policy) {
    var all = new TreeMap<>(Map.of("c", usage));
    return Estimator.all(all, policy).getFirst();
  }

  private static Quantity memory(ContainerUsage usage) {
    return new Quantity(
        Amounts.of(recommended(usage, ResourcePolicy.NONE).target()).get("memory").toString());
  }

  /** The end of an amount's bucket and 15 % more. */
  private static Quantity withMargin(long bytes) {
    long end = (long) Buckets.MEMORY.end(Buckets.MEMORY.of((double) bytes));
    return new Quantity(Long.toString(end + (long) (end * 0.15)));
  }

  @Test
  void theTargetIsTheNinetiethPercentileWithAMarginAndAPodHasALeast() {
    var usage = new ContainerUsage();
    usage.add("p", now, 1, 10 * MI);
    var found = recommended(usage, ResourcePolicy.NONE);
    assertEquals(new Quantity("1168m"), found.target().get("cpu"));
    assertEquals(new Quantity("262144000"), found.target().get("memory"));
    assertEquals(found.target(), found.uncappedTarget());
    // After one sample nothing is sure.
    assertEquals(new Quantity("25m"), found.lowerBound().get("cpu"));
    assertEquals(new Quantity("100G"), found.upperBound().get("cpu"));
  }

  @Test
  void boundsCloseInAsMoreIsKnown() {
    var usage = new ContainerUsage();
    for (int minute = 0; minute <= 24 * 60; minute++) {
      usage.add("p", now.plus(Duration.ofMinutes(minute)), 1, 10 * MI);
    }
    assertEquals(1, usage.confidence(), 0.01);
    var found = recommended(usage, ResourcePolicy.NONE);
    assertEquals(1165, Amounts.of(found.lowerBound()).get("cpu").value().doubleValue() * 1000, 3);
    assertEquals(2336, Amounts.of(found.upperBound()).get("cpu").value().doubleValue() * 1000, 3);
  }

  @Test
  void ofEachDayThePeakOfMemoryCountsOnce() {
    var usage = new ContainerUsage();
    for (int i = 0; i < 100; i++) {
      usage.add("p", now.plusSeconds(i), 0, i == 50 ? 900 * MI : 300 * MI);
    }
    assertEquals(withMargin(900 * MI), memory(usage));
    assertEquals(
        Map.of(Integer.toString(Buckets.MEMORY.of(900 * MI)), 10_000),
        usage.checkpoint(now).memoryHistogram().bucketWeights());
  }

  @Test
  void whoIsKilledForWantOfMemoryNeedsMore() {
    var usage = new ContainerUsage();
    usage.add("p", now, 0, 300 * MI);
    usage.killed("p", now.plusSeconds(5), 400 * MI);
    assertEquals(withMargin(500 * MI), memory(usage));
    // It is told of twice, and happened once.
    usage.killed("p", now.plusSeconds(5), 800 * MI);
    assertEquals(withMargin(500 * MI), memory(usage));
    usage.killed("p", now.plusSeconds(6), 1000 * MI);
    assertEquals(withMargin(1200 * MI), memory(usage));
  }

  @Test
  void samplesThatWereTakenCountOnce() {
    var usage = new ContainerUsage();
    usage.add("p", now, 1, MI);
    var once = usage.checkpoint(now);
    usage.add("p", now, 9, 9 * MI);
    usage.add("p", now.minusSeconds(1), 9, 9 * MI);
    assertEquals(once, usage.checkpoint(now));
  }

  @Test
  void whatIsNotUsedForEightDaysIsForgotten() {
    var usage = new ContainerUsage();
    usage.add("p", now, 1, MI);
    assertTrue(!usage.isForgotten(now.plus(Duration.ofDays(7))));
    assertTrue(usage.isForgotten(now.plus(Duration.ofDays(8))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void recommendationsLieInOrderAndWithinWhatIsAllowedAndSurviveARestart(long seed) {
    var random = new SplittableRandom(seed);
    var usage = new ContainerUsage();
    var restarted = new ContainerUsage();
    var policy =
        new ResourcePolicy(
            List.of(
                new ContainerPolicy(
                    ContainerPolicy.ANY,
                    "",
                    Map.of("cpu", new Quantity("300m")),
                    Map.of("cpu", new Quantity("2"), "memory", new Quantity("1Gi")),
                    null,
                    "")));
    for (int i = 0; i < 400; i++) {
      now = now.plusSeconds(random.nextInt(1, 4000));
      var pod = "p" + random.nextInt(5);
      var cores = random.nextDouble(4);
      long bytes = random.nextLong(2000) * MI;
      var killed = random.nextInt(20) == 0;
      for (var each : List.of(usage, restarted)) {
        each.add(pod, now, cores, bytes);
        if (killed) {
          each.killed(pod, now, bytes);
        }
      }
      if (random.nextInt(40) == 0) {
        usage.keep(Set.of("p1", "p2"));
        restarted.keep(Set.of("p1", "p2"));
      }
      var found = recommended(usage, policy);
      for (var name : List.of("cpu", "memory")) {
        var target = Amounts.of(found.target()).get(name);
        assertTrue(!Amounts.of(found.lowerBound()).get(name).isMoreThan(target), found::toString);
        assertTrue(!Amounts.of(found.upperBound()).get(name).isLessThan(target), found::toString);
      }
      for (var amounts : List.of(found.target(), found.lowerBound(), found.upperBound())) {
        assertEquals(amounts, policy.of("c").within(Amounts.of(amounts)).quantities());
      }
      if (random.nextInt(30) == 0) {
        var again = ContainerUsage.restored(usage.checkpoint(now), usage.peaks());
        assertEquals(found, recommended(again, policy));
        assertEquals(usage.peaks(), again.peaks());
        restarted = again;
        usage = ContainerUsage.restored(again.checkpoint(now), again.peaks());
      }
      assertEquals(found, recommended(restarted, policy));
    }
  }

  @Test
  void aPodSharesItsLeastAmongItsContainers() {
    var all = new TreeMap<String, ContainerUsage>();
    for (var name : List.of("a", "b", "off", "unseen")) {
      var usage = new ContainerUsage();
      if (!name.equals("unseen")) {
        usage.add("p", now, 0, 0);
      }
      all.put(name, usage);
    }
    var off = new ContainerPolicy("off", "Off", Map.of(), Map.of(), null, "");
    var found = Estimator.all(all, new ResourcePolicy(List.of(off)));
    assertEquals(List.of("a", "b"), found.stream().map(each -> each.containerName()).toList());
    assertEquals(new Quantity("12m"), found.getFirst().target().get("cpu"));
    assertEquals(new Quantity("131072000"), found.getFirst().target().get("memory"));
  }
}

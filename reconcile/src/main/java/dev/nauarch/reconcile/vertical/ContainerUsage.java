package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.vertical.CheckpointStatus;
import dev.nauarch.reconcile.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is known of the use of one container, in all the pods of a workload. */
final class ContainerUsage {

  /** What nobody has used for so long is forgotten. */
  static final Duration MEMORY = PodPeak.INTERVAL.multipliedBy(8);

  private static final double CPU_WEIGHT = 0.1;
  private static final double OOM_RATIO = 1.2;
  private static final long OOM_LEAST = 100L << 20;

  private final DecayingHistogram cpu;
  private final DecayingHistogram memory;
  private final SortedMap<String, PodPeak> peakByPod = new TreeMap<>();
  private Instant first = Instant.EPOCH;
  private Instant last = Instant.EPOCH;
  private long count;

  private ContainerUsage(DecayingHistogram cpu, DecayingHistogram memory) {
    this.cpu = cpu;
    this.memory = memory;
  }

  ContainerUsage() {
    this(new DecayingHistogram(Buckets.CPU), new DecayingHistogram(Buckets.MEMORY));
  }

  /**
   * What a checkpoint tells of.
   *
   * @param peaks of pods, by uid
   * @throws IllegalArgumentException it is in another form, or tells of what can't be
   */
  static ContainerUsage restored(CheckpointStatus status, Map<String, PodPeak> peaks) {
    if (!status.version().equals(CheckpointStatus.VERSION)) {
      throw new IllegalArgumentException("unsupported checkpoint version " + status.version());
    }
    var usage =
        new ContainerUsage(
            DecayingHistogram.restored(Buckets.CPU, status.cpuHistogram()),
            DecayingHistogram.restored(Buckets.MEMORY, status.memoryHistogram()));
    usage.first = time(status.firstSampleStart());
    usage.last = time(status.lastSampleStart());
    usage.count = status.totalSamplesCount();
    usage.peakByPod.putAll(peaks);
    return usage;
  }

  private static Instant time(String text) {
    return text.isEmpty() ? Instant.EPOCH : Times.parse(text);
  }

  /** What is to be remembered. */
  CheckpointStatus checkpoint(Instant now) {
    return new CheckpointStatus(
        Times.format(now),
        CheckpointStatus.VERSION,
        cpu.checkpoint(),
        memory.checkpoint(),
        Times.format(first),
        Times.format(last),
        count);
  }

  /** What counts of pods in their present interval, by uid. */
  SortedMap<String, PodPeak> peaks() {
    return peakByPod;
  }

  /** Takes what a pod used; what was taken before is not taken again. */
  void add(String pod, Instant at, double cores, long bytes) {
    var known = peakByPod.getOrDefault(pod, PodPeak.NONE);
    if (!at.isAfter(known.last()) || cores < 0 || bytes < 0) {
      return;
    }
    cpu.add(cores, CPU_WEIGHT, at);
    first = count == 0 || at.isBefore(first) ? at : first;
    last = at.isAfter(last) ? at : last;
    count++;
    peakByPod.put(pod, known.sampledAt(at));
    addMemory(pod, at, bytes, false);
  }

  /**
   * A pod was killed for want of memory: it would have needed more than it asked for or used.
   *
   * @param requested in bytes
   */
  void killed(String pod, Instant at, long requested) {
    var known = peakByPod.getOrDefault(pod, PodPeak.NONE);
    if (!at.isAfter(known.lastOom())) {
      return;
    }
    peakByPod.put(pod, known.killedAt(at));
    if (at.isBefore(known.last().minus(PodPeak.INTERVAL))) {
      return;
    }
    long used = Math.max(requested, known.peak());
    addMemory(pod, at, Math.max(used + OOM_LEAST, (long) (used * OOM_RATIO)), true);
  }

  private void addMemory(String pod, Instant at, long bytes, boolean isOom) {
    var known = peakByPod.getOrDefault(pod, PodPeak.NONE);
    if (!at.isBefore(known.windowEnd())) {
      known = known.windowOf(at);
    } else if (bytes > known.most()) {
      memory.subtract((double) known.most(), 1, known.windowEnd());
    } else {
      return;
    }
    memory.add((double) bytes, 1, known.windowEnd());
    peakByPod.put(pod, known.with(bytes, isOom));
  }

  /** Pods that are gone add nothing any more; what they used stays known. */
  void keep(Set<String> pods) {
    peakByPod.keySet().retainAll(pods);
  }

  /** Whether nothing is known. */
  boolean isEmpty() {
    return count == 0;
  }

  /** Whether it has not been used for very long. */
  boolean isForgotten(Instant now) {
    return !last.plus(MEMORY).isAfter(now);
  }

  DecayingHistogram cpu() {
    return cpu;
  }

  DecayingHistogram memory() {
    return memory;
  }

  /** How far what is known can be relied upon: in days of a sample a minute. */
  double confidence() {
    double days =
        (double) Duration.between(first, last).toSeconds() / Duration.ofDays(1).toSeconds();
    return Math.min(days, (double) count / Duration.ofDays(1).toMinutes());
  }
}

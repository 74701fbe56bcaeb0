package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.nodeagent.PodIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds pods that were just attached until the kernel has the rules of their policies, so that no
 * pod is open for a moment. It also knows the addresses of pods before their status does, and which
 * pod has an address now that another one's status still shows. Used by any thread.
 *
 * <p>Whoever attaches pods, in whatever way, says so here before their first container starts.
 */
public final class PolicyGate {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, List<String>> ipsByUid = new HashMap<>();
  private final Set<String> programmed = new HashSet<>();
  private Runnable listener = () -> {};

  /** Whom to tell of each pod that was attached or detached; it must not block. */
  synchronized void listen(Runnable changed) {
    listener = changed;
  }

  /**
   * Waits until a pod's rules are in the kernel.
   *
   * @param ips its addresses
   * @throws IOException where that takes more than ten seconds; its containers must not start, and
   *     the message may be shown to its owner
   */
  public synchronized void admit(PodIdentity pod, List<String> ips) throws IOException {
    if (!ips.equals(ipsByUid.get(pod.uid()))) {
      ipsByUid.values().removeIf(others -> others.stream().anyMatch(ips::contains));
      ipsByUid.put(pod.uid(), List.copyOf(ips));
      programmed.remove(pod.uid());
    }
    listener.run();
    var end = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (var left = PATIENCE.toMillis(); left > 0 && !programmed.contains(pod.uid()); ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while network policies were put in force", e);
    }
    if (!programmed.contains(pod.uid())) {
      throw new IOException(
          "the network policies of " + pod + " could not be put in force within " + PATIENCE);
    }
  }

  /** A pod is off the network. */
  public synchronized void release(PodIdentity pod) {
    programmed.remove(pod.uid());
    if (ipsByUid.remove(pod.uid()) != null) {
      listener.run();
    }
  }

  /** The addresses of attached pods by uid, as of now. */
  synchronized Map<String, List<String>> attached() {
    return new TreeMap<>(ipsByUid);
  }

  /** The kernel has the rules of these pods at these addresses. */
  synchronized void programmed(Map<String, List<String>> pods) {
    pods.forEach(
        (uid, ips) -> {
          if (ips.equals(ipsByUid.get(uid))) {
            programmed.add(uid);
          }
        });
    notifyAll();
  }
}

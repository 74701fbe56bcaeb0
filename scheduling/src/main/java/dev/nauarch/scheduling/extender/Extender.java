package dev.nauarch.scheduling.extender;

import dev.nauarch.scheduling.model.PodState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Somebody outside who is asked about pods, as {@code extenders} of Kubernetes' scheduler.
 *
 * @param urlPrefix where it is; a verb is appended
 * @param verbs what it can be asked
 * @param weight how much its scores count, at least 1
 * @param connection how it is spoken to
 * @param managedResources it is asked about pods that ask for one of these; empty for all pods
 * @param isIgnorable whether pods are placed without it where it does not answer
 */
public record Extender(
    String urlPrefix,
    Verbs verbs,
    int weight,
    Connection connection,
    List<String> managedResources,
    boolean isIgnorable) {

  /**
   * What an extender can be asked; what is empty it can't.
   *
   * @param filter which nodes are possible
   * @param prioritize how good nodes are
   * @param bind to bind a pod
   * @param preempt who may stop for a pod
   */
  public record Verbs(String filter, String prioritize, String bind, String preempt) {}

  /**
   * How an extender is spoken to.
   *
   * @param timeout how long it may take to answer
   * @param knowsNodes whether it is told names of nodes and not the nodes themselves
   * @param security whom it must prove to be; empty for the machine's own rules
   */
  public record Connection(Duration timeout, boolean knowsNodes, Optional<Security> security) {}

  /**
   * How both ends prove who they are. PEM texts are contents, not file names.
   *
   * @param isInsecure whether its certificate goes unchecked
   * @param authority certificates that vouch for it; empty for the machine's own
   * @param certificate the client's own; empty for none
   * @param key the client's private key; empty for none
   */
  public record Security(boolean isInsecure, String authority, String certificate, String key) {
    @Override
    public String toString() {
      return "Security[key hidden]";
    }
  }

  /** Copies the list. */
  public Extender {
    managedResources = List.copyOf(managedResources);
  }

  /** Whether a pod is its business. */
  public boolean manages(PodState pod) {
    var requests = pod.shape().requests();
    return managedResources.isEmpty()
        || managedResources.stream().anyMatch(name -> requests.of(name) > 0);
  }

  /** Whether it is asked before a pod gets a place. */
  boolean isAsked() {
    return !verbs.filter.isEmpty() || !verbs.prioritize.isEmpty();
  }
}

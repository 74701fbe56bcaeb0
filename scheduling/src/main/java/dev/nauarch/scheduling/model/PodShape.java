package dev.nauarch.scheduling.model;

import dev.nauarch.api.HostPort;
import java.util.ArrayList;
import java.util.List;

/**
 * All that decides on which nodes alone a pod may run. Pods of one shape share one index of nodes,
 * so that ten thousand equal pods cost little more than one.
 *
 * @param requests what it asks for, one place for a pod included
 * @param nodeSelector must all hold
 * @param nodeTerms of these alternatives one must hold; empty for no condition
 * @param preferredNodes add to a node's score
 * @param tolerations which taints it bears
 * @param ports which ports of the node it takes
 * @param volumes which volumes it uses
 * @param images the images of its containers, one for each
 * @param policy how its profile treats it
 */
public record PodShape(
    Amounts requests,
    List<Requirement> nodeSelector,
    List<NodeTerm> nodeTerms,
    List<NodeTerm> preferredNodes,
    List<Toleration> tolerations,
    List<HostPort> ports,
    VolumeNeeds volumes,
    List<String> images,
    Policy policy) {

  /** Copies the lists. */
  public PodShape {
    nodeSelector = List.copyOf(nodeSelector);
    nodeTerms = List.copyOf(nodeTerms);
    preferredNodes = List.copyOf(preferredNodes);
    tolerations = List.copyOf(tolerations);
    ports = List.copyOf(ports);
    images = List.copyOf(images);
  }

  /** Of what tells most shapes apart, since it is asked for often. */
  @Override
  public int hashCode() {
    var hash = Long.hashCode(requests.cpuMillis());
    hash = 31 * hash + Long.hashCode(requests.memoryBytes());
    hash = 31 * hash + requests.extended().hashCode();
    hash = 31 * hash + nodeSelector.hashCode();
    hash = 31 * hash + nodeTerms.hashCode();
    return 31 * hash + volumes.hashCode();
  }

  /** A shape that asks for resources and nothing else. */
  public static PodShape of(Amounts requests) {
    return new PodShape(
        requests,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        VolumeNeeds.NONE,
        List.of(),
        Policy.DEFAULT);
  }

  /** Whether the pod's own node selector and required affinity hold. */
  public boolean selects(NodeState node) {
    for (var requirement : nodeSelector) {
      if (!requirement.matches(node.labels())) {
        return false;
      }
    }
    return nodeTerms.isEmpty() || nodeTerms.stream().anyMatch(term -> term.matches(node));
  }

  /** Whether it bears the taint. */
  public boolean tolerates(Taint taint) {
    for (var toleration : tolerations) {
      if (toleration.tolerates(taint)) {
        return true;
      }
    }
    return false;
  }

  /** The same with further node labels demanded and further taints borne. */
  public PodShape restrictedTo(List<Requirement> labels, List<Toleration> more) {
    var selector = new ArrayList<>(nodeSelector);
    selector.addAll(labels);
    var borne = new ArrayList<>(tolerations);
    borne.addAll(more);
    return new PodShape(
        requests, selector, nodeTerms, preferredNodes, borne, ports, volumes, images, policy);
  }

  /** The same with other volumes. */
  public PodShape with(VolumeNeeds other) {
    return other.equals(volumes) ? this : using(requests, other, images);
  }

  /** The same with other requests. */
  public PodShape asking(Amounts other) {
    return using(other, volumes, images);
  }

  /** The same with other images. */
  public PodShape withImages(List<String> other) {
    return other.equals(images) ? this : using(requests, volumes, other);
  }

  private PodShape using(Amounts asked, VolumeNeeds used, List<String> run) {
    return new PodShape(
        asked, nodeSelector, nodeTerms, preferredNodes, tolerations, ports, used, run, policy);
  }

  /** What of its requests a node must have. */
  public Amounts needs() {
    var needed = requests;
    for (var resource : policy.ignored()) {
      needed = needed.with(resource, 0);
    }
    return needed;
  }

  /** What nodes are worth to it. */
  public Weights weights() {
    return policy.weights();
  }

  /** Whether a rule holds for it. */
  public boolean isUnder(Filter rule) {
    return policy.applies(rule);
  }

  /** The same with other node affinity, and under another policy. */
  PodShape scheduledBy(Policy other, List<NodeTerm> required, List<NodeTerm> preferred) {
    return new PodShape(
        requests, nodeSelector, required, preferred, tolerations, ports, volumes, images, other);
  }
}

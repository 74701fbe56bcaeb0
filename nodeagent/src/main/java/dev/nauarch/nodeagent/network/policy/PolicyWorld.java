package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.api.LabelMatch;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/**
 * What policies are judged by, as of one moment.
 *
 * @param policies all policies of the cluster, in any order
 * @param pods all pods of the cluster
 * @param labelsByNamespace the labels of each namespace
 */
record PolicyWorld(
    Collection<NetworkPolicy> policies,
    Collection<PolicyPod> pods,
    SortedMap<String, SortedMap<String, String>> labelsByNamespace) {

  /** The pods of this node that a policy is about. */
  List<PolicyPod> subjects(NetworkPolicy policy) {
    var namespace = policy.getMetadata().getNamespace();
    var selector = policy.getSpec().getPodSelector();
    return pods.stream()
        .filter(pod -> pod.isHere() && pod.namespace().equals(namespace))
        .filter(pod -> selector == null || LabelMatch.matches(selector, pod.labels()))
        .toList();
  }

  /** Whether a pod is one of those that a policy names as a peer. */
  boolean isPeer(NetworkPolicyPeer peer, PolicyPod pod, String namespaceOfPolicy) {
    if (peer.getIpBlock() != null) {
      return false;
    }
    var spaces = peer.getNamespaceSelector();
    var labels = labelsByNamespace.get(pod.namespace());
    var isInside =
        spaces == null
            ? pod.namespace().equals(namespaceOfPolicy)
            : labels != null && LabelMatch.matches(spaces, labels);
    var selector = peer.getPodSelector();
    return isInside && (selector == null || LabelMatch.matches(selector, pod.labels()));
  }
}

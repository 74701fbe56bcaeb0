package dev.nauarch.nodeagent.claim;

import dev.nauarch.api.DeviceClaims;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a claim that a container uses.
 *
 * @param entry the pod's entry for the claim; empty for the claim of its extended resources
 * @param claim the name of the claim
 * @param request the request of the claim; empty for all of it
 */
record ContainerClaims(String entry, String claim, String request) {

  /** What a container uses. */
  static List<ContainerClaims> of(Pod pod, Container container) {
    var all = new ArrayList<ContainerClaims>();
    var resources = container.getResources();
    if (resources != null) {
      for (var part : resources.getClaims()) {
        DeviceClaims.of(pod).stream()
            .filter(use -> use.entry().equals(part.getName()) && !use.claim().isEmpty())
            .map(use -> new ContainerClaims(use.entry(), use.claim(), orEmpty(part.getRequest())))
            .forEach(all::add);
      }
    }
    var status = pod.getStatus() == null ? null : pod.getStatus().getExtendedResourceClaimStatus();
    if (status != null) {
      for (var mapping : status.getRequestMappings()) {
        if (container.getName().equals(mapping.getContainerName())) {
          all.add(
              new ContainerClaims(
                  "", DeviceClaims.extended(pod), orEmpty(mapping.getRequestName())));
        }
      }
    }
    return all;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}

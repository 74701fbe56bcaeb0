package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node has set aside for a pod: for each of its containers, and for the pod as a whole where
 * its object states that. It is what the pod asked for when the node took it or last resized it,
 * and may be other than what the object asks for now.
 */
public final class Allotment {

  private static final List<String> COMPUTE = List.of("cpu", "memory");

  /** A specification that asks for exactly this; nothing else of it counts. */
  private final PodSpec spec;

  private Allotment(PodSpec spec) {
    this.spec = spec;
  }

  /** What a pod asks for. */
  static Allotment asked(Pod pod) {
    return new Allotment(pod.getSpec());
  }

  /** What a pod's status says that was set aside; what it asks for where that is silent. */
  static Allotment restored(Pod pod) {
    var status = pod.getStatus();
    if (status == null) {
      return asked(pod);
    }
    var byContainer = new TreeMap<String, ResourceRequirements>();
    var statuses = new ArrayList<>(status.getContainerStatuses());
    statuses.addAll(status.getInitContainerStatuses());
    for (var each : statuses) {
      if (isToldBy(each)) {
        byContainer.put(
            each.getName(),
            new ResourceRequirementsBuilder()
                .withRequests(each.getAllocatedResources())
                .withLimits(each.getResources().getLimits())
                .build());
      }
    }
    var whole = pod.getSpec().getResources() == null ? null : status.getResources();
    return asked(given(pod, byContainer, whole == null ? pod.getSpec().getResources() : whole));
  }

  private static boolean isToldBy(ContainerStatus status) {
    var resources = status.getResources();
    var asks = resources != null && resources.getRequests() != null;
    return asks && !resources.getRequests().isEmpty() && status.getAllocatedResources() != null;
  }

  /** Whether nothing is left to be resized: a pod asks for exactly this. */
  boolean isWhatIsAsked(Pod pod) {
    var asked = pod.getSpec();
    return isOne(spec, asked)
        || (changed(spec.getResources(), asked.getResources()).isEmpty()
            && isSame(spec.getContainers(), asked.getContainers())
            && isSame(spec.getInitContainers(), asked.getInitContainers()));
  }

  private static boolean isSame(List<Container> mine, List<Container> asked) {
    if (mine.size() != asked.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!changed(mine.get(i).getResources(), asked.get(i).getResources()).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Which of processors and memory are other, in requests or limits. */
  static List<String> changed(
      @Nullable ResourceRequirements before, @Nullable ResourceRequirements after) {
    if (isOne(before, after)) {
      return List.of();
    }
    var was = orNone(before);
    var is = orNone(after);
    return COMPUTE.stream()
        .filter(
            name ->
                !isSame(was.getRequests(), is.getRequests(), name)
                    || !isSame(was.getLimits(), is.getLimits(), name))
        .toList();
  }

  private static boolean isSame(
      @Nullable Map<String, Quantity> a, @Nullable Map<String, Quantity> b, String name) {
    var one = a == null ? null : a.get(name);
    var other = b == null ? null : b.get(name);
    if (one == null || other == null) {
      return isOne(one, other);
    }
    return one.getNumericalAmount().compareTo(other.getNumericalAmount()) == 0;
  }

  /** Whether both are one object, as they are in most states of a pod, or both are not there. */
  @SuppressWarnings("ReferenceEquality") // what is one object need not be compared
  private static boolean isOne(@Nullable Object a, @Nullable Object b) {
    return a == b;
  }

  private static ResourceRequirements orNone(@Nullable ResourceRequirements resources) {
    return resources == null ? new ResourceRequirements() : resources;
  }

  /** A pod as if it asked for this. */
  public Pod applied(Pod pod) {
    if (isWhatIsAsked(pod)) {
      return pod;
    }
    var byContainer = new TreeMap<String, ResourceRequirements>();
    for (var list : List.of(spec.getContainers(), spec.getInitContainers())) {
      list.forEach(each -> byContainer.put(each.getName(), orNone(each.getResources())));
    }
    return given(pod, byContainer, spec.getResources());
  }

  private static Pod given(
      Pod pod,
      Map<String, ResourceRequirements> byContainer,
      @Nullable ResourceRequirements whole) {
    return new PodBuilder(pod)
        .editSpec()
        .withResources(whole)
        .withContainers(given(pod.getSpec().getContainers(), byContainer))
        .withInitContainers(given(pod.getSpec().getInitContainers(), byContainer))
        .endSpec()
        .build();
  }

  private static List<Container> given(
      List<Container> containers, Map<String, ResourceRequirements> byContainer) {
    return containers.stream()
        .map(
            each -> {
              var set = byContainer.get(each.getName());
              if (set == null || changed(set, each.getResources()).isEmpty()) {
                return each;
              }
              var all =
                  new ResourceRequirementsBuilder(orNone(each.getResources()))
                      .withRequests(set.getRequests())
                      .withLimits(set.getLimits())
                      .build();
              return each.edit().withResources(all).build();
            })
        .toList();
  }
}

package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How much a pod can count on what it asked for; it never changes. */
public enum QosClass {
  /** Every container asks for exactly its limits of processors and memory. */
  GUARANTEED("Guaranteed"),
  /** Some container asks for something. */
  BURSTABLE("Burstable"),
  /** None asks for anything. */
  BEST_EFFORT("BestEffort");

  private static final List<String> COUNTED = List.of("cpu", "memory");

  private final String text;

  QosClass(String text) {
    this.text = text;
  }

  /** The word in a pod's status. */
  public String text() {
    return text;
  }

  /** The class of a pod. */
  public static QosClass of(Pod pod) {
    var own = pod.getSpec().getResources();
    if (own != null && mentionsAny(own)) {
      return isGuaranteed(own) ? GUARANTEED : BURSTABLE;
    }
    var all = new ArrayList<Container>(pod.getSpec().getInitContainers());
    all.addAll(pod.getSpec().getContainers());
    var resources =
        all.stream()
            .map(c -> c.getResources() == null ? new ResourceRequirements() : c.getResources())
            .toList();
    if (resources.stream().noneMatch(QosClass::mentionsAny)) {
      return BEST_EFFORT;
    }
    return resources.stream().allMatch(QosClass::isGuaranteed) ? GUARANTEED : BURSTABLE;
  }

  private static boolean mentionsAny(ResourceRequirements resources) {
    return COUNTED.stream()
        .anyMatch(
            name ->
                isPositive(resources.getRequests(), name)
                    || isPositive(resources.getLimits(), name));
  }

  private static boolean isPositive(Map<String, Quantity> quantities, String name) {
    var quantity = quantities == null ? null : quantities.get(name);
    return quantity != null && quantity.getNumericalAmount().signum() > 0;
  }

  private static boolean isGuaranteed(ResourceRequirements resources) {
    return COUNTED.stream()
        .allMatch(
            name -> {
              var limit = resources.getLimits() == null ? null : resources.getLimits().get(name);
              var request =
                  resources.getRequests() == null ? null : resources.getRequests().get(name);
              return limit != null
                  && (request == null
                      || request.getNumericalAmount().compareTo(limit.getNumericalAmount()) == 0);
            });
  }
}

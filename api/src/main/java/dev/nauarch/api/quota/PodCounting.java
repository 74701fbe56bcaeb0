package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts pods: by number, and by what those that have not ended ask for. */
public final class PodCounting implements Counting<Pod> {

  private static final String COUNT = "count/pods";
  private static final String REQUESTS = "requests.";
  private static final String HUGE_PAGES = "hugepages-";
  private static final String OF_DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";
  private static final Set<String> NAMES =
      Set.of(
          COUNT,
          "pods",
          "cpu",
          "memory",
          "ephemeral-storage",
          "requests.cpu",
          "requests.memory",
          "requests.ephemeral-storage",
          "limits.cpu",
          "limits.memory",
          "limits.ephemeral-storage");

  /** What every container must state where it is limited; of no other resource is that asked. */
  private static final Set<String> TO_BE_STATED =
      Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

  @Override
  public Class<Pod> type() {
    return Pod.class;
  }

  @Override
  public boolean counts(String name) {
    return NAMES.contains(name)
        || name.startsWith(HUGE_PAGES)
        || name.startsWith(REQUESTS + HUGE_PAGES)
        || (name.startsWith(REQUESTS)
            && (!NativeResources.has(name) || name.startsWith(REQUESTS + OF_DEVICE_CLASS)));
  }

  @Override
  public Amounts usage(Pod pod, Instant now) {
    var number = Amounts.of(COUNT, Amount.ONE);
    return hasEnded(pod, now)
        ? number
        : number.plus(named(PodAmounts.requests(pod), PodAmounts.limits(pod)));
  }

  /** A pod that nobody ends after its time, because its node is lost, does not count either. */
  private static boolean hasEnded(Pod pod, Instant now) {
    var phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
      return true;
    }
    var end = endOf(pod);
    return end.isPresent() && now.isAfter(end.get());
  }

  /** When a pod that is being deleted stops to count even if it is still there. */
  public static Optional<Instant> endOf(Pod pod) {
    var metadata = pod.getMetadata();
    var grace = metadata.getDeletionGracePeriodSeconds();
    return metadata.getDeletionTimestamp() == null || grace == null
        ? Optional.empty()
        : Optional.of(Instant.parse(metadata.getDeletionTimestamp()).plusSeconds(grace));
  }

  /** Requests and limits under the names that quotas give them. */
  private static Amounts named(Amounts requests, Amounts limits) {
    var all = new TreeMap<String, Amount>();
    all.put("pods", Amount.ONE);
    requests.byName().forEach((name, amount) -> put(all, name, amount));
    for (var name : List.of("cpu", "memory", "ephemeral-storage")) {
      limits.find(name).ifPresent(amount -> all.put("limits." + name, amount));
    }
    return new Amounts(all);
  }

  private static void put(Map<String, Amount> all, String name, Amount amount) {
    boolean isPlain = NAMES.contains(name) || name.startsWith(HUGE_PAGES);
    if (isPlain) {
      all.put(name, amount);
    }
    if (isPlain || !NativeResources.has(name) || name.startsWith(OF_DEVICE_CLASS)) {
      all.put(REQUESTS + name, amount);
    }
  }

  @Override
  public Optional<String> missing(Collection<String> limited, Pod pod) {
    if (PodAmounts.statesItself(pod)) {
      return Optional.empty();
    }
    var needed = new TreeSet<>(limited);
    needed.retainAll(TO_BE_STATED);
    var containersByName = new TreeMap<String, TreeSet<String>>();
    for (var container : containers(pod)) {
      var stated = named(PodAmounts.requests(container), PodAmounts.limits(container)).names();
      for (var name : needed) {
        if (!stated.contains(name)) {
          containersByName.computeIfAbsent(name, _ -> new TreeSet<>()).add(container.getName());
        }
      }
    }
    return containersByName.isEmpty()
        ? Optional.empty()
        : Optional.of(
            containersByName.entrySet().stream()
                .map(each -> each.getKey() + " for: " + String.join(",", each.getValue()))
                .collect(Collectors.joining("; ", "must specify ", "")));
  }

  private static List<Container> containers(Pod pod) {
    var spec = pod.getSpec();
    return Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream()).toList();
  }

  @Override
  public boolean isIn(Scope scope, Pod pod) {
    return switch (scope.name()) {
      case "Terminating" -> isTerminating(pod);
      case "NotTerminating" -> !isTerminating(pod);
      case "BestEffort" -> isBestEffort(pod);
      case "NotBestEffort" -> !isBestEffort(pod);
      case "PriorityClass" -> {
        var name = pod.getSpec().getPriorityClassName();
        yield scope.selects(name == null || name.isEmpty() ? List.of() : List.of(name));
      }
      case "CrossNamespacePodAffinity" -> looksIntoOtherNamespaces(pod);
      default -> false;
    };
  }

  /** Whether a pod has a time at which it is ended. */
  public static boolean isTerminating(Pod pod) {
    var seconds = pod.getSpec().getActiveDeadlineSeconds();
    return seconds != null && seconds >= 0;
  }

  private static boolean isBestEffort(Pod pod) {
    var status = pod.getStatus();
    if (status != null && status.getQosClass() != null) {
      return status.getQosClass().equals("BestEffort");
    }
    return !PodAmounts.statesItself(pod)
        && containers(pod).stream()
            .flatMap(each -> Stream.of(PodAmounts.requests(each), PodAmounts.limits(each)))
            .allMatch(each -> each.only(Set.of("cpu", "memory")).withoutZeros().names().isEmpty());
  }

  private static boolean looksIntoOtherNamespaces(Pod pod) {
    var affinity = pod.getSpec().getAffinity();
    if (affinity == null) {
      return false;
    }
    var terms = new ArrayList<PodAffinityTerm>();
    var preferred = new ArrayList<WeightedPodAffinityTerm>();
    if (affinity.getPodAffinity() != null) {
      terms.addAll(affinity.getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution());
      preferred.addAll(
          affinity.getPodAffinity().getPreferredDuringSchedulingIgnoredDuringExecution());
    }
    if (affinity.getPodAntiAffinity() != null) {
      var away = affinity.getPodAntiAffinity();
      terms.addAll(away.getRequiredDuringSchedulingIgnoredDuringExecution());
      preferred.addAll(away.getPreferredDuringSchedulingIgnoredDuringExecution());
    }
    preferred.forEach(each -> terms.add(each.getPodAffinityTerm()));
    return terms.stream()
        .anyMatch(term -> !term.getNamespaces().isEmpty() || term.getNamespaceSelector() != null);
  }
}

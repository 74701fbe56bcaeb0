package dev.nauarch.scheduling.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.GroupState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.SpreadRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which pods belong together, by their Services and by who makes them, and how pods are spread for
 * that which say nothing of it.
 */
public final class Groups {

  private static final int REMEMBERED = 4_096;

  /** What decides how a pod is spread; equal for all pods of one maker. */
  private record Kin(
      String namespace, SortedMap<String, String> labels, String controller, SpreadRule rule) {}

  private final SortedMap<String, SortedMap<String, List<Requirement>>> servicesByNamespace =
      new TreeMap<>();
  private final Map<GroupState.Ref, List<Requirement>> selectorByMaker = new HashMap<>();
  private final Recent<Kin, List<SpreadConstraint>> spreadByKin = new Recent<>(REMEMBERED);

  Groups() {}

  /**
   * A group is there or has changed.
   *
   * @return whether that makes a difference
   */
  public boolean put(GroupState group) {
    var ref = group.ref();
    if (ref.kind().equals(GroupState.SERVICE) && group.selector().isEmpty()) {
      return remove(ref); // it has no pods by their labels
    }
    var old =
        ref.kind().equals(GroupState.SERVICE)
            ? servicesByNamespace
                .computeIfAbsent(ref.key().namespace(), ignored -> new TreeMap<>())
                .put(ref.key().name(), group.selector())
            : selectorByMaker.put(ref, group.selector());
    if (group.selector().equals(old)) {
      return false;
    }
    spreadByKin.clear();
    return true;
  }

  /**
   * A group is gone.
   *
   * @return whether that makes a difference
   */
  public boolean remove(GroupState.Ref ref) {
    var isKnown =
        ref.kind().equals(GroupState.SERVICE)
            ? removeService(ref.key())
            : selectorByMaker.remove(ref) != null;
    if (isKnown) {
      spreadByKin.clear();
    }
    return isKnown;
  }

  private boolean removeService(ObjectKey key) {
    var services = servicesByNamespace.get(key.namespace());
    if (services == null || services.remove(key.name()) == null) {
      return false;
    }
    if (services.isEmpty()) {
      servicesByNamespace.remove(key.namespace());
    }
    return true;
  }

  /** Over which domains a pod is spread: as it says, or else as its profile does. */
  public List<SpreadConstraint> spreadOf(PodState pod) {
    var own = pod.neighbours().spread();
    var rule = pod.shape().policy().spread();
    if (!own.isEmpty() || rule.constraints().isEmpty()) {
      return own;
    }
    var controller = pod.membership().controller();
    if (controller.isEmpty() && !servicesByNamespace.containsKey(pod.key().namespace())) {
      return own;
    }
    return spreadByKin.get(
        new Kin(pod.key().namespace(), pod.labels(), controller, rule), this::spread);
  }

  /** Whether a pod is spread at all; a rule that is switched off does not count. */
  public boolean spreads(PodState pod) {
    var shape = pod.shape();
    return (shape.weights().spread() > 0 || shape.isUnder(Filter.POD_TOPOLOGY_SPREAD))
        && !spreadOf(pod).isEmpty();
  }

  private List<SpreadConstraint> spread(Kin kin) {
    var selector = selector(kin);
    return selector.isEmpty()
        ? List.of()
        : kin.rule.constraints().stream()
            .map(domain -> domain.about(kin.namespace, selector))
            .toList();
  }

  /** What all pods have that belong together with such a pod; nothing where it is alone. */
  private List<Requirement> selector(Kin kin) {
    var all = new ArrayList<Requirement>();
    servicesByNamespace
        .getOrDefault(kin.namespace, Collections.emptySortedMap())
        .values()
        .forEach(selector -> addIfMeant(selector, kin, all));
    if (!kin.controller.isEmpty()) {
      var slash = kin.controller.indexOf('/');
      var key = new ObjectKey(kin.namespace, kin.controller.substring(slash + 1));
      selectorByMaker
          .getOrDefault(new GroupState.Ref(kin.controller.substring(0, slash), key), List.of())
          .stream()
          .filter(one -> !all.contains(one))
          .forEach(all::add);
    }
    return all;
  }

  private static void addIfMeant(List<Requirement> selector, Kin kin, List<Requirement> all) {
    if (selector.stream().allMatch(one -> one.matches(kin.labels))) {
      selector.stream().filter(one -> !all.contains(one)).forEach(all::add);
    }
  }
}

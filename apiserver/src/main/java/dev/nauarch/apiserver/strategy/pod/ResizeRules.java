package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a resize of a pod may change: processors and memory, and never its class of service. */
final class ResizeRules {

  private static final String FIXED = "only cpu and memory resources are mutable";
  private static final Set<String> COMPUTE = Set.of("cpu", "memory");

  private final Problems problems;
  private final Field pod;
  private final Field before;

  private ResizeRules(Problems problems, ObjectNode object, ObjectNode old) {
    this.problems = problems;
    this.pod = Field.of(object);
    this.before = Field.of(old);
  }

  static void check(Problems problems, ObjectNode object, ObjectNode old) {
    new ResizeRules(problems, object, old).check(object, old);
  }

  private void check(ObjectNode object, ObjectNode old) {
    var whole = new Field(object, "", "");
    PodSpecRules.check(problems, pod.at("spec"));
    if (PodParts.isMirror(old)) {
      problems.forbidden(whole, "static pods cannot be resized");
      return;
    }
    if (before.at("spec", "os", "name").is("windows")) {
      problems.forbidden(whole, "windows pods cannot be resized");
      return;
    }
    if (!PodDefaults.qosClass(before.at("spec")).equals(PodDefaults.qosClass(pod.at("spec")))) {
      problems.invalid(
          pod.at("spec").with(before.at("status", "qosClass").node()),
          "Pod QOS Class may not change as a result of resizing");
    }
    if (!isSupportedByNode()) {
      problems.forbidden(pod.at("spec"), "Pod running on node without support for resize");
    }
    podLevel();
    if (!isSameOrder()) {
      return;
    }
    for (var list : PodParts.LISTS) {
      for (int i = 0; i < pod.at("spec", list).items().size(); i++) {
        var now = pod.at("spec", list).items().get(i);
        var was = before.at("spec", list).items().get(i);
        removals(now.at("resources"), was.at("resources"), "resource");
        container(now, was, list.equals("initContainers"));
      }
    }
    if (problems.errors().isEmpty() && !JsonValues.same(unresized(object), unresized(old))) {
      problems.forbidden(pod.at("spec"), FIXED);
    }
  }

  /** A node that can resize says of each container that runs what it has. */
  private boolean isSupportedByNode() {
    for (var status : before.at("status", "containerStatuses").items()) {
      if (status.at("state", "running").isPresent()) {
        return status.at("resources").isPresent();
      }
    }
    return true;
  }

  private void podLevel() {
    var now = pod.at("spec", "resources");
    var was = before.at("spec", "resources");
    if (was.isPresent() && !now.isPresent()) {
      problems.forbidden(now, "pod-level resources cannot be removed");
      return;
    }
    removals(now, was, "pod-level resource");
    if (!isSameButForCompute(now, was)) {
      problems.forbidden(pod.at("spec"), FIXED + " at pod-level");
    }
  }

  private void removals(Field now, Field was, String what) {
    for (var half : ResourceRules.HALVES) {
      var amounts = now.at(half);
      if (was.at(half).entries().stream().anyMatch(one -> !amounts.at(one.key()).isPresent())) {
        problems.forbidden(amounts, what + " " + half + " cannot be removed");
      }
    }
  }

  private boolean isSameOrder() {
    int found = problems.errors().size();
    for (var list : PodParts.LISTS) {
      var containers = pod.at("spec", list).items();
      if (containers.size() != before.at("spec", list).items().size()) {
        problems.forbidden(pod.at("spec", list), list + " may not be added or removed on resize");
        continue;
      }
      for (int i = 0; i < containers.size(); i++) {
        var name = containers.get(i).at("name");
        if (!name.hasValueOf(before.at("spec", list).items().get(i).at("name"))) {
          problems.forbidden(name, list + " may not be renamed or reordered on resize");
        }
      }
    }
    return problems.errors().size() == found;
  }

  private void container(Field now, Field was, boolean isInit) {
    if (!isSameButForCompute(now.at("resources"), was.at("resources"))
        || !now.at("resizePolicy").hasValueOf(was.at("resizePolicy"))) {
      if (isInit) {
        problems.forbidden(
            now, "only cpu and memory resources for init or sidecar containers are mutable");
      } else {
        problems.forbidden(pod.at("spec"), FIXED);
      }
    }
    boolean restarts =
        now.at("resizePolicy").items().stream()
            .anyMatch(policy -> policy.at("restartPolicy").is(ContainerRules.RESTART));
    if (isInit
        && restarts
        && !now.at("restartPolicy").is("Always")
        && !JsonValues.same(now.node(), was.node())) {
      problems.forbidden(
          now,
          "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
    }
  }

  private static boolean isSameButForCompute(Field now, Field was) {
    return ResourceRules.HALVES.stream()
            .allMatch(half -> others(now.at(half)).equals(others(was.at(half))))
        && Objects.equals(now.at("claims").node(), was.at("claims").node());
  }

  /** The amounts of what can't be resized, as texts. */
  private static Set<String> others(Field amounts) {
    var others = new TreeSet<String>();
    for (var amount : amounts.entries()) {
      if (!COMPUTE.contains(amount.key())) {
        others.add(amount.key() + "=" + amount.quantity().stripTrailingZeros());
      }
    }
    return others;
  }

  private static JsonNode unresized(ObjectNode pod) {
    var spec = (ObjectNode) pod.path("spec").deepCopy();
    spec.remove("resources");
    for (var list : PodParts.LISTS) {
      for (var container : spec.path(list)) {
        ((ObjectNode) container).remove(PodParts.RESIZED);
      }
    }
    return spec;
  }
}

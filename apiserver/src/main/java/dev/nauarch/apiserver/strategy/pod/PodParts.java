package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of a pod that have subresources of their own: what its containers may use ({@code
 * resize}), and the containers that are added while it runs ({@code ephemeralcontainers}). A write
 * of one leaves all else alone.
 */
final class PodParts {

  private static final String EPHEMERAL = "ephemeralContainers";
  private static final String FIXED = "only cpu and memory resources are mutable";
  private static final List<String> LISTS = List.of("containers", "initContainers");
  private static final List<String> RESIZED = List.of("resources", "resizePolicy");
  private static final Set<String> COMPUTE = Set.of("cpu", "memory");
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private PodParts() {}

  /** Puts all back that a resize does not change; not where the containers are others. */
  static void keepAroundResize(ObjectNode pod, ObjectNode old) {
    var spec = pod.withObject("spec");
    if (!LISTS.stream().allMatch(list -> names(spec.path(list)).equals(names(old, list)))) {
      return;
    }
    var kept = (ObjectNode) old.path("spec").deepCopy();
    copy(spec, kept, "resources");
    for (var list : LISTS) {
      for (int i = 0; i < kept.path(list).size(); i++) {
        for (var name : RESIZED) {
          copy(spec.path(list).path(i), kept.path(list).path(i), name);
        }
      }
    }
    restore(pod, old, kept);
  }

  /** Puts all back but the ephemeral containers. */
  static void keepAroundEphemeral(ObjectNode pod, ObjectNode old) {
    var kept = (ObjectNode) old.path("spec").deepCopy();
    copy(pod.path("spec"), kept, EPHEMERAL);
    restore(pod, old, kept);
  }

  private static void restore(ObjectNode pod, ObjectNode old, ObjectNode spec) {
    pod.set("spec", spec);
    pod.set("status", old.path("status").deepCopy());
    pod.set("metadata", old.path("metadata").deepCopy());
  }

  private static List<String> names(ObjectNode pod, String list) {
    return names(pod.path("spec").path(list));
  }

  private static List<String> names(JsonNode containers) {
    var names = new ArrayList<String>();
    containers.forEach(container -> names.add(container.path("name").asString("")));
    return names;
  }

  static void resize(Problems problems, ObjectNode object, ObjectNode old) {
    var pod = Field.of(object);
    var before = Field.of(old);
    PodSpecRules.check(problems, pod.at("spec"));
    if (isMirror(old)) {
      problems.forbidden(new Field(object, "", ""), "static pods cannot be resized");
      return;
    }
    if (!PodDefaults.qosClass(before.at("spec")).equals(PodDefaults.qosClass(pod.at("spec")))) {
      problems.invalid(
          pod.at("spec").with(before.at("status", "qosClass").node()),
          "Pod QOS Class may not change as a result of resizing");
    }
    if (!isSameOrder(problems, pod.at("spec"), before.at("spec"))) {
      return;
    }
    for (var list : LISTS) {
      for (int i = 0; i < pod.at("spec", list).items().size(); i++) {
        container(
            problems,
            pod.at("spec", list).items().get(i),
            before.at("spec", list).items().get(i),
            list);
      }
    }
    if (problems.errors().isEmpty() && !JsonValues.same(unresized(object), unresized(old))) {
      problems.forbidden(pod.at("spec"), FIXED);
    }
  }

  private static boolean isSameOrder(Problems problems, Field now, Field before) {
    int found = problems.errors().size();
    for (var list : LISTS) {
      var containers = now.at(list).items();
      if (containers.size() != before.at(list).items().size()) {
        problems.forbidden(now.at(list), list + " may not be added or removed on resize");
        continue;
      }
      for (int i = 0; i < containers.size(); i++) {
        var name = containers.get(i).at("name");
        if (!name.hasValueOf(before.at(list).items().get(i).at("name"))) {
          problems.forbidden(name, list + " may not be renamed or reordered on resize");
        }
      }
    }
    return problems.errors().size() == found;
  }

  private static void container(Problems problems, Field now, Field before, String list) {
    var spec = new Field(now.node(), "spec", "spec");
    boolean isInit = list.equals("initContainers");
    if (isInit && !before.at("restartPolicy").is("Always")) {
      if (!JsonValues.same(now.node(), before.node())) {
        problems.forbidden(spec, "resources for non-sidecar init containers are immutable");
      }
      return;
    }
    for (var half : List.of("requests", "limits")) {
      var amounts = now.at("resources", half);
      for (var amount : before.at("resources", half).entries()) {
        if (!amounts.at(amount.key()).isPresent()) {
          problems.forbidden(amounts, "resource " + half + " cannot be removed");
          break;
        }
      }
      if (!otherAmounts(amounts).equals(otherAmounts(before.at("resources", half)))) {
        problems.forbidden(
            spec,
            isInit ? "only cpu and memory resources for sidecar containers are mutable" : FIXED);
      }
    }
  }

  /** The amounts of what can't be resized, as texts. */
  private static Set<String> otherAmounts(Field amounts) {
    var others = new TreeSet<String>();
    for (var amount : amounts.entries()) {
      if (!COMPUTE.contains(amount.key())) {
        others.add(amount.key() + "=" + amount.node());
      }
    }
    return others;
  }

  private static JsonNode unresized(ObjectNode pod) {
    var spec = (ObjectNode) pod.path("spec").deepCopy();
    spec.remove("resources");
    for (var list : LISTS) {
      for (var container : spec.path(list)) {
        ((ObjectNode) container).remove(RESIZED);
      }
    }
    return spec;
  }

  static void ephemeral(Problems problems, ObjectNode object, ObjectNode old) {
    var spec = Field.of(object).at("spec");
    PodSpecRules.check(problems, spec);
    if (isMirror(old)) {
      problems.forbidden(
          new Field(object, "", ""), "static pods do not support ephemeral containers");
      return;
    }
    var now = spec.at(EPHEMERAL).items();
    for (var container : Field.of(old).at("spec", EPHEMERAL).items()) {
      var name = container.at("name").shown();
      var kept = now.stream().filter(other -> other.at("name").hasValueOf(container.at("name")));
      var found = kept.findFirst();
      if (found.isEmpty()) {
        problems.forbidden(
            spec.at(EPHEMERAL), "existing ephemeral containers " + name + " may not be removed\n");
      } else if (!JsonValues.same(found.get().node(), container.node())) {
        problems.forbidden(
            spec.at(EPHEMERAL), "existing ephemeral containers " + name + " may not be changed\n");
      }
    }
  }

  private static boolean isMirror(ObjectNode pod) {
    return pod.path("metadata").path("annotations").has(MIRROR);
  }

  /** What nobody acts upon yet. */
  static List<String> warnings(ObjectNode pod, ObjectNode old) {
    if (old.isEmpty()) {
      return List.of();
    }
    var warnings = new ArrayList<String>();
    var spec = pod.path("spec");
    var before = old.path("spec");
    if (!JsonValues.same(spec.path(EPHEMERAL), before.path(EPHEMERAL))) {
      warnings.add(
          "spec.ephemeralContainers: accepted, but not acted upon yet: no container is started in a"
              + " pod that runs");
    }
    boolean isResized =
        LISTS.stream()
            .anyMatch(list -> !JsonValues.same(resources(spec, list), resources(before, list)));
    if (isResized || !JsonValues.same(spec.path("resources"), before.path("resources"))) {
      warnings.add(
          "spec.containers: accepted, but not acted upon yet: containers are not resized in place");
    }
    return List.copyOf(warnings);
  }

  private static JsonNode resources(JsonNode spec, String list) {
    var resources = JsonNodeFactory.instance.arrayNode();
    spec.path(list).forEach(container -> resources.add(container.path("resources").toString()));
    return resources;
  }

  private static void copy(JsonNode from, JsonNode to, String name) {
    if (from.has(name)) {
      ((ObjectNode) to).set(name, from.path(name).deepCopy());
    } else {
      ((ObjectNode) to).remove(name);
    }
  }
}

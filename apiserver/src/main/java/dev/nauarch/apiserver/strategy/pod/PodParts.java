package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of a pod that have subresources of their own: what its containers may use ({@code
 * resize}), and the containers that are added while it runs ({@code ephemeralcontainers}). A write
 * of one leaves all else alone.
 */
final class PodParts {

  private static final String EPHEMERAL = "ephemeralContainers";
  static final List<String> LISTS = List.of("containers", "initContainers");
  static final List<String> RESIZED = List.of("resources", "resizePolicy");
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private PodParts() {}

  /** Puts all back that a resize does not change; not where the containers are others. */
  static void keepAroundResize(ObjectNode pod, ObjectNode old) {
    var spec = pod.withObject("spec");
    if (!LISTS.stream().allMatch(list -> names(spec.path(list)).equals(names(old, list)))) {
      // That is refused; nothing is put back, so that the refusal can name what is meant.
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

  /** Whether a node made it out of a file; nobody else has a say in it. */
  static boolean isMirror(ObjectNode pod) {
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
    return List.copyOf(warnings);
  }

  private static void copy(JsonNode from, JsonNode to, String name) {
    if (from.has(name)) {
      ((ObjectNode) to).set(name, from.path(name).deepCopy());
    } else {
      ((ObjectNode) to).remove(name);
    }
  }
}

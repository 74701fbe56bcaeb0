package dev.nauarch.apiserver.admission.security;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A pod, or the template of pods, as checks look at it.
 *
 * @param annotations its annotations
 * @param spec its specification
 */
record PodForm(JsonNode annotations, JsonNode spec) {

  static PodForm of(JsonNode pod) {
    return new PodForm(pod.path("metadata").path("annotations"), pod.path("spec"));
  }

  /** All containers: those of the beginning, the usual ones, those for a look inside. */
  List<JsonNode> containers() {
    var all = new ArrayList<JsonNode>();
    for (var list : List.of("initContainers", "containers", "ephemeralContainers")) {
      spec.path(list).forEach(all::add);
    }
    return all;
  }

  /** The names of containers of which something is true. */
  List<String> containersWith(Predicate<JsonNode> what) {
    return containers().stream()
        .filter(what)
        .map(container -> container.path("name").asString(""))
        .toList();
  }

  /** The names of containers of whose security context something is true. */
  List<String> containersWhose(Predicate<JsonNode> context) {
    return containersWith(container -> context.test(container.path("securityContext")));
  }

  /**
   * Who has a security context of which something is true, for example {@code pod and container
   * "a"}; empty for nobody.
   */
  String settersWhose(Predicate<JsonNode> context) {
    var setters = new ArrayList<String>();
    if (context.test(podContext())) {
      setters.add("pod");
    }
    var containers = containersWhose(context);
    if (!containers.isEmpty()) {
      setters.add(named("container", containers));
    }
    return String.join(" and ", setters);
  }

  JsonNode podContext() {
    return spec.path("securityContext");
  }

  boolean isOfWindows() {
    return spec.path("os").path("name").asString("").equals("windows");
  }

  /** Whether its users are not those of the machine. */
  boolean hasOwnUsers() {
    return !spec.path("hostUsers").asBoolean(true);
  }

  /** For example {@code containers "a", "b"}. */
  static String named(String what, Collection<String> names) {
    return number(what, names) + " " + quoted(names);
  }

  /** The word with an s where it stands for several. */
  static String number(String what, Collection<String> of) {
    return of.size() == 1 ? what : what + "s";
  }

  /** The word with an s where it stands for one. */
  static String uses(Collection<String> who) {
    return who.size() == 1 ? "uses" : "use";
  }

  static String quoted(Collection<String> texts) {
    return texts.stream().collect(Collectors.joining("\", \"", "\"", "\""));
  }
}

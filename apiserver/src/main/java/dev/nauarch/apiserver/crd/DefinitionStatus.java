package dev.nauarch.apiserver.crd;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a CustomResourceDefinition's status must say, given all the others. */
public final class DefinitionStatus {

  private final Definition definition;
  private final Set<String> resources = new TreeSet<>();
  private final Set<String> kinds = new TreeSet<>();

  private DefinitionStatus(Definition definition, Collection<ObjectNode> others) {
    this.definition = definition;
    for (var object : others) {
      var other = new Definition(object);
      if (other.group().equals(definition.group()) && !other.name().equals(definition.name())) {
        claim(object.path("status").path("acceptedNames"));
      }
    }
  }

  private void claim(JsonNode names) {
    add(resources, names.path("plural"));
    add(resources, names.path("singular"));
    names.path("shortNames").forEach(name -> add(resources, name));
    add(kinds, names.path("kind"));
    add(kinds, names.path("listKind"));
  }

  private static void add(Set<String> names, JsonNode name) {
    if (!name.asString("").isEmpty()) {
      names.add(name.asString());
    }
  }

  /**
   * The definition with its status brought up to date: accepted names, and the conditions {@code
   * NamesAccepted}, {@code Established} and {@code KubernetesAPIApprovalPolicyConformant}. Equal to
   * what was given when nothing changes.
   *
   * @param definition a CustomResourceDefinition, which is not changed
   * @param others all definitions of the cluster; this one may be among them
   * @param now when conditions change
   */
  public static ObjectNode updated(
      ObjectNode definition, Collection<ObjectNode> others, Instant now) {
    var result = definition.deepCopy();
    new DefinitionStatus(new Definition(result), others).update(result, now);
    return result;
  }

  /** Whether a definition has all the names that it asks for, and is served. */
  public static boolean isSettled(ObjectNode object) {
    var definition = new Definition(object);
    return definition.is("Established")
        && definition.is("NamesAccepted")
        && Approval.isTold(definition)
        && definition.names().equals(object.path("status").path("acceptedNames"));
  }

  /** Whether the kinds of a definition are served. */
  public static boolean isServed(ObjectNode object) {
    return new Definition(object).is("Established");
  }

  private void update(ObjectNode object, Instant now) {
    var status = object.withObject("status");
    Approval.tell(definition, status, now);
    var accepted = status.withObject("acceptedNames");
    var problem = acceptNames(accepted);
    if (problem == null) {
      set(status, now, "NamesAccepted", true, "NoConflicts", "no conflicts found");
      establish(status, now);
      return;
    }
    set(status, now, "NamesAccepted", false, problem.reason(), problem.message());
    if (!definition.is("Established")) {
      set(status, now, "Established", false, "NotAccepted", "not all names are accepted");
    }
  }

  private void establish(ObjectNode status, Instant now) {
    if (definition.is("Established")) {
      return;
    }
    var path = "/conversion/webhook/clientConfig/caBundle";
    var authorities = definition.spec().at(path).asString("");
    var isUsable = authorities.isEmpty() || AuthorityBundle.isValid(authorities);
    set(
        status,
        now,
        "Established",
        isUsable,
        isUsable ? "InitialNamesAccepted" : "InvalidCABundle",
        isUsable
            ? "the initial names have been accepted"
            : "The conversion webhook CABundle is invalid");
  }

  /**
   * Why names are not accepted.
   *
   * @param reason the condition's reason
   * @param message the condition's message
   */
  private record Problem(String reason, String message) {}

  /** Takes over every name that is free; gives the last problem, or null for none. */
  private @Nullable Problem acceptNames(ObjectNode accepted) {
    @Nullable Problem problem = null;
    for (var name : List.of("plural", "singular", "shortNames", "kind", "listKind")) {
      var taken = taken(name, accepted);
      if (taken.isEmpty()) {
        copy(name, accepted);
      } else {
        var reason = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Conflict";
        problem = new Problem(reason, message(taken));
      }
    }
    copy("categories", accepted);
    for (var name : List.of("plural", "kind")) {
      if (!accepted.has(name)) {
        // These two are always there, if only to say that there is none.
        accepted.put(name, "");
      }
    }
    return problem;
  }

  private List<String> taken(String name, ObjectNode accepted) {
    var requested = definition.names().path(name);
    if (requested.equals(accepted.path(name))) {
      return List.of();
    }
    var claimed = name.equals("kind") || name.equals("listKind") ? kinds : resources;
    var values = requested.isArray() ? List.copyOf(requested.values()) : List.of(requested);
    var own = new ArrayList<String>();
    accepted.path(name).forEach(value -> own.add(value.asString("")));
    return values.stream()
        .map(value -> value.asString(""))
        .filter(value -> claimed.contains(value) && !own.contains(value))
        .toList();
  }

  private static String message(List<String> taken) {
    var texts = taken.stream().map(name -> '"' + name + "\" is already in use").toList();
    return texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
  }

  private void copy(String name, ObjectNode accepted) {
    var value = definition.names().get(name);
    if (value == null) {
      accepted.remove(name);
    } else {
      accepted.set(name, value);
    }
  }

  /** Writes a condition into a status, in place. */
  static void set(
      ObjectNode status, Instant now, String type, boolean holds, String reason, String message) {
    var conditions = status.withArray("conditions");
    @Nullable ObjectNode condition = null;
    for (var item : conditions) {
      if (item instanceof ObjectNode object && object.path("type").asString("").equals(type)) {
        condition = object;
      }
    }
    var value = holds ? "True" : "False";
    if (condition == null) {
      condition = conditions.addObject().put("type", type);
    }
    if (!condition.path("status").asString("").equals(value)) {
      condition.put("status", value);
      condition.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    condition.put("reason", reason);
    condition.put("message", message);
  }
}

package dev.nauarch.apiserver.authorization;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The roles and bindings that every cluster has, read from {@code bootstrap-policy.txt}, which says
 * at its top how it is written, and {@code bootstrap-controllers.txt}. At start each is compared
 * with what is stored: rights that lack are added, rights that somebody added stay, and an object
 * whose annotation {@code rbac.authorization.kubernetes.io/autoupdate} is {@code false} is left
 * alone.
 */
public final class BootstrapPolicy {

  private static final String API_VERSION = RoleIndex.GROUP + "/v1";
  private static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";
  private static final List<String> FILES =
      List.of("bootstrap-policy.txt", "bootstrap-controllers.txt");
  private static final List<String> WRITE =
      List.of("create", "delete", "deletecollection", "patch", "update");
  private static final List<String> READ = List.of("get", "list", "watch");

  private final List<ObjectNode> objects = new ArrayList<>();
  private final Map<String, ObjectNode> former = new HashMap<>();

  private BootstrapPolicy(List<String> lines) {
    for (var line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        read(List.of(line.strip().split(" +", -1)));
      }
    }
  }

  /** The objects, roles before the bindings that refer to them; each call makes new ones. */
  public static List<ObjectNode> objects() {
    return read().objects;
  }

  /** The subjects that older versions have bound and that must not be, by the binding's name. */
  public static Map<String, ObjectNode> former() {
    return Map.copyOf(read().former);
  }

  private static BootstrapPolicy read() {
    var lines = new ArrayList<String>();
    for (var file : FILES) {
      try (var in = BootstrapPolicy.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new IllegalStateException(file + " is not in the build");
        }
        new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new BootstrapPolicy(lines);
  }

  /** The rules of one of the cluster roles. */
  static List<PolicyRule> rules(String clusterRole) {
    return objects().stream()
        .filter(object -> object.path("kind").asString("").equals("ClusterRole"))
        .filter(object -> object.path("metadata").path("name").asString("").equals(clusterRole))
        .flatMap(role -> PolicyRule.listOf(role.path("rules")).stream())
        .toList();
  }

  /**
   * What to store in place of a stored object so that nobody lacks a right that the wanted one
   * gives; empty where nothing lacks.
   *
   * @param former what {@link #former} says
   */
  public static Optional<ObjectNode> reconcile(
      ObjectNode stored, ObjectNode wanted, Map<String, ObjectNode> former) {
    var annotations = stored.path("metadata").path("annotations");
    if (annotations.path(AUTOUPDATE).asString("").equals("false")) {
      return Optional.empty();
    }
    var merged = stored.deepCopy();
    boolean isChanged = remove(merged, former.get(name(wanted)));
    for (var field : List.of("rules", "subjects")) {
      var list = merged.withArray(field);
      for (var item : wanted.path(field)) {
        if (!isHeld(field, stored, item)) {
          list.add(item.deepCopy());
          isChanged = true;
        }
      }
      if (list.isEmpty()) {
        merged.remove(field);
      }
    }
    if (wanted.has("aggregationRule") && !stored.has("aggregationRule")) {
      merged.set("aggregationRule", wanted.path("aggregationRule").deepCopy());
      isChanged = true;
    }
    return isChanged ? Optional.of(merged) : Optional.empty();
  }

  private static boolean remove(ObjectNode binding, @Nullable ObjectNode subject) {
    if (!(binding.path("subjects") instanceof ArrayNode subjects)) {
      return false;
    }
    int before = subjects.size();
    subjects.removeIf(each -> each.equals(subject));
    return subjects.size() < before;
  }

  private static boolean isHeld(
      String field, ObjectNode stored, tools.jackson.databind.JsonNode item) {
    if (field.equals("rules")) {
      return PolicyRule.cover(PolicyRule.listOf(stored.path("rules")), PolicyRule.of(item));
    }
    for (var subject : stored.path("subjects")) {
      if (subject.equals(item)) {
        return true;
      }
    }
    return false;
  }

  private void read(List<String> words) {
    switch (words.getFirst()) {
      case "clusterrole" -> start("ClusterRole", words.get(1), words.subList(2, words.size()));
      case "role" -> start("Role", words.get(1), List.of());
      case "aggregate" -> aggregate(words.get(1));
      case "can" -> objects.getLast().withArray("rules").add(resourceRule(words).toTree());
      case "path" -> objects.getLast().withArray("rules").add(pathRule(words).toTree());
      case "bind" -> bind("ClusterRoleBinding", words);
      case "rolebind" -> bind("RoleBinding", words);
      case "formerly" -> former.put(name(objects.getLast()), subject(words.get(1)));
      default -> throw new IllegalStateException("bootstrap-policy.txt: " + words);
    }
  }

  private ObjectNode start(String kind, String name, List<String> labels) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", API_VERSION).put("kind", kind);
    var metadata = object.putObject("metadata");
    int slash = name.indexOf('/');
    metadata.put("name", name.substring(slash + 1));
    if (slash > 0) {
      metadata.put("namespace", name.substring(0, slash));
    }
    var allLabels =
        metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
    for (var label : labels) {
      var parts = label.split("=", -1);
      allLabels.put(parts[0], parts[1]);
    }
    metadata.putObject("annotations").put(AUTOUPDATE, "true");
    objects.add(object);
    return object;
  }

  private void aggregate(String label) {
    var parts = label.split("=", -1);
    objects
        .getLast()
        .withObject("aggregationRule")
        .withArray("clusterRoleSelectors")
        .addObject()
        .putObject("matchLabels")
        .put(parts[0], parts[1]);
  }

  private static PolicyRule resourceRule(List<String> words) {
    var group = words.get(2).equals("core") ? "" : words.get(2);
    var names =
        words.size() > 4 ? list(words.get(4).substring("names=".length())) : List.<String>of();
    return new PolicyRule(
        verbs(words.get(1)), List.of(group), list(words.get(3)), names, List.of());
  }

  private static PolicyRule pathRule(List<String> words) {
    return new PolicyRule(verbs(words.get(1)), List.of(), List.of(), List.of(), list(words.get(2)));
  }

  private void bind(String kind, List<String> words) {
    var binding = start(kind, words.get(1), List.of());
    boolean isRole = words.get(2).startsWith("role/");
    binding
        .putObject("roleRef")
        .put("apiGroup", RoleIndex.GROUP)
        .put("kind", isRole ? "Role" : "ClusterRole")
        .put("name", isRole ? words.get(2).substring("role/".length()) : words.get(2));
    for (var word : words.subList(3, words.size())) {
      binding.withArray("subjects").add(subject(word));
    }
  }

  private static ObjectNode subject(String word) {
    int colon = word.indexOf(':');
    var name = word.substring(colon + 1);
    var subject = JsonNodeFactory.instance.objectNode();
    switch (word.substring(0, colon)) {
      case "user" -> subject.put("apiGroup", RoleIndex.GROUP).put("kind", "User").put("name", name);
      case "group" ->
          subject.put("apiGroup", RoleIndex.GROUP).put("kind", "Group").put("name", name);
      case "account" -> {
        int slash = name.indexOf('/');
        subject.put("kind", "ServiceAccount").put("name", name.substring(slash + 1));
        subject.put("namespace", name.substring(0, slash));
      }
      default -> throw new IllegalStateException("bootstrap-policy.txt: the subject " + word);
    }
    return subject;
  }

  private static String name(ObjectNode object) {
    return object.path("metadata").path("name").asString("");
  }

  private static List<String> verbs(String word) {
    return switch (word) {
      case "ro" -> READ;
      case "w" -> WRITE;
      case "rw" -> {
        var all = new ArrayList<>(WRITE);
        all.addAll(READ);
        all.sort(null);
        yield List.copyOf(all);
      }
      default -> list(word);
    };
  }

  private static List<String> list(String word) {
    return Arrays.asList(word.split(",", -1));
  }
}

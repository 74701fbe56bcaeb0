package dev.nauarch.apiserver.flowcontrol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The priority levels and flow schemas that every cluster begins with, read from {@code flows.txt},
 * which says at its top how it is written.
 */
public final class FlowObjects {

  /** The API group of both kinds. */
  public static final String GROUP = "flowcontrol.apiserver.k8s.io";

  /** The resource of flow schemas. */
  public static final String SCHEMAS = "flowschemas";

  /** The resource of priority levels. */
  public static final String LEVELS = "prioritylevelconfigurations";

  /** The schema and the level of who is never made to wait. */
  public static final String EXEMPT = "exempt";

  /** The schema and the level of what no other schema matches. */
  public static final String CATCH_ALL = "catch-all";

  /** Says whether the server keeps an object's spec as it is here. */
  static final String AUTOUPDATE = "apf.kubernetes.io/autoupdate-spec";

  private static final Set<String> MANDATORY = Set.of(EXEMPT, CATCH_ALL);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final List<ObjectNode> ALL = read();

  private FlowObjects() {}

  /** All of them, levels before schemas; each call makes new ones. */
  public static List<ObjectNode> objects() {
    return ALL.stream().map(ObjectNode::deepCopy).toList();
  }

  /** The spec that an object of this name must always have; empty where it may have any. */
  public static Optional<ObjectNode> fixedSpec(String kind, String name) {
    return MANDATORY.contains(name)
        ? ALL.stream()
            .filter(object -> object.path("kind").asString("").equals(kind))
            .filter(object -> name(object).equals(name))
            .map(object -> object.withObjectProperty("spec").deepCopy())
            .findFirst()
        : Optional.empty();
  }

  static boolean isMandatory(ObjectNode object) {
    return MANDATORY.contains(name(object));
  }

  static String name(ObjectNode object) {
    return object.path("metadata").path("name").asString("");
  }

  private static List<ObjectNode> read() {
    try (var in = FlowObjects.class.getResourceAsStream("flows.txt")) {
      if (in == null) {
        throw new IllegalStateException("flows.txt is not in the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> object(List.of(line.strip().split(" +", -1))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode object(List<String> words) {
    var isLevel = words.getFirst().equals("level");
    var object = NODES.objectNode();
    object
        .put("apiVersion", GROUP + "/v1")
        .put("kind", isLevel ? "PriorityLevelConfiguration" : "FlowSchema");
    object
        .putObject("metadata")
        .put("name", words.get(1))
        .putObject("annotations")
        .put(AUTOUPDATE, "true");
    if (isLevel) {
      level(object.putObject("spec"), words.subList(2, words.size()));
    } else {
      schema(object.putObject("spec"), words.subList(2, words.size()));
    }
    return object;
  }

  private static void level(ObjectNode spec, List<String> words) {
    if (words.getFirst().equals("exempt")) {
      spec.put("type", "Exempt");
      spec.putObject("exempt").put("nominalConcurrencyShares", 0).put("lendablePercent", 0);
      return;
    }
    spec.put("type", "Limited");
    var limited = spec.putObject("limited");
    limited.put("nominalConcurrencyShares", number(words.get(1)));
    var response = limited.putObject("limitResponse");
    if (words.getFirst().equals("queue")) {
      response.put("type", "Queue");
      response
          .putObject("queuing")
          .put("queues", number(words.get(3)))
          .put("handSize", number(words.get(4)))
          .put("queueLengthLimit", number(words.get(5)));
    } else {
      response.put("type", "Reject");
    }
    limited.put("lendablePercent", number(words.get(2)));
  }

  private static void schema(ObjectNode spec, List<String> words) {
    spec.putObject("priorityLevelConfiguration").put("name", words.get(0));
    spec.put("matchingPrecedence", number(words.get(1)));
    switch (words.get(2)) {
      case "user" -> spec.putObject("distinguisherMethod").put("type", "ByUser");
      case "namespace" -> spec.putObject("distinguisherMethod").put("type", "ByNamespace");
      default -> {
        // All that matches is one flow.
      }
    }
    var rule = spec.putArray("rules").addObject();
    for (var word : words.subList(3, words.size())) {
      if (word.equals("everything")) {
        resources(rule, List.of("*", "*", "*", "*,cluster"));
        paths(rule, List.of("*", "*"));
      } else if (word.startsWith("resources(")) {
        resources(rule, inner(word));
      } else if (word.startsWith("paths(")) {
        paths(rule, inner(word));
      } else {
        subject(rule.withArrayProperty("subjects"), word);
      }
    }
  }

  private static void subject(ArrayNode subjects, String word) {
    var name = word.substring(word.indexOf('=') + 1);
    var subject = subjects.addObject();
    if (word.startsWith("user=")) {
      subject.put("kind", "User").putObject("user").put("name", name);
    } else if (word.startsWith("group=")) {
      subject.put("kind", "Group").putObject("group").put("name", name);
    } else {
      var slash = name.indexOf('/');
      subject
          .put("kind", "ServiceAccount")
          .putObject("serviceAccount")
          .put("namespace", name.substring(0, slash))
          .put("name", name.substring(slash + 1));
    }
  }

  private static void resources(ObjectNode rule, List<String> parts) {
    var one = rule.withArrayProperty("resourceRules").addObject();
    add(one.putArray("verbs"), parts.get(0));
    add(one.putArray("apiGroups"), parts.get(1));
    add(one.putArray("resources"), parts.get(2));
    var namespaces = new ArrayList<>(List.of(parts.get(3).split(",", -1)));
    if (namespaces.remove("cluster")) {
      one.put("clusterScope", true);
    }
    add(one.putArray("namespaces"), String.join(",", namespaces));
  }

  private static void paths(ObjectNode rule, List<String> parts) {
    var one = rule.withArrayProperty("nonResourceRules").addObject();
    add(one.putArray("verbs"), parts.get(0));
    add(one.putArray("nonResourceURLs"), parts.get(1));
  }

  private static void add(ArrayNode list, String items) {
    for (var item : items.split(",", -1)) {
      list.add(item.equals("core") ? "" : item);
    }
  }

  private static List<String> inner(String word) {
    return List.of(word.substring(word.indexOf('(') + 1, word.length() - 1).split(":", -1));
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }
}

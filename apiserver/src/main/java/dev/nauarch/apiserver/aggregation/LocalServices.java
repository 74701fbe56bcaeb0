package dev.nauarch.apiserver.aggregation;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The APIServices of what this server serves itself. Those of its own groups are put right when it
 * starts; those of groups that are defined at run time come and go with their definitions.
 */
final class LocalServices {

  /** Says that this server keeps an APIService, and how. */
  static final String LABEL = "kube-aggregator.kubernetes.io/automanaged";

  static final String AT_START = "onstart";
  static final String ALWAYS = "true";

  /** Who serves this group elsewhere takes it over: its APIService is kept as others write it. */
  private static final String YIELDING = "metrics.k8s.io";

  private static final Priority OF_DEFINED = new Priority(1000, 100);
  private static final int OTHER_GROUP = 15_700;

  /** Where a version stands: its group among groups, and itself in its group. */
  private record Priority(int group, int version) {}

  private final Map<String, Priority> groups = new HashMap<>();
  private final Map<String, Integer> versions = new HashMap<>();

  /** With the priorities of Kubernetes. */
  LocalServices() {
    try (var in = LocalServices.class.getResourceAsStream("priorities.txt")) {
      if (in == null) {
        throw new IllegalStateException("priorities.txt is not in the build");
      }
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(this::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(String line) {
    var words = line.strip().split(" +", -1);
    var group = words[0].equals("core") ? "" : words[0];
    groups.put(group, new Priority(Integer.parseInt(words[1]), 0));
    for (var i = 2; i < words.length; i++) {
      var parts = words[i].split("=", 2);
      versions.put(ApiService.key(group, parts[0]), Integer.parseInt(parts[1]));
    }
  }

  /**
   * What there shall be, by name.
   *
   * @param builtIn what is always served
   * @param now what is served now
   */
  Map<String, ObjectNode> wanted(Catalog builtIn, Catalog now) {
    var wanted = new TreeMap<String, ObjectNode>();
    for (var kind : now.kinds()) {
      // The group of APIServices itself has none: it can't be given away.
      if (kind.group().equals(ApiService.GROUP)) {
        continue;
      }
      wanted.computeIfAbsent(
          kind.version() + "." + kind.group(),
          name -> {
            var isBuiltIn =
                builtIn.kinds().stream()
                    .anyMatch(
                        each ->
                            each.group().equals(kind.group())
                                && each.version().equals(kind.version()));
            return object(name, kind.group(), kind.version(), isBuiltIn);
          });
    }
    return wanted;
  }

  /** Where a version of a group of this server's own stands; empty for all others. */
  private Optional<Priority> priority(String group, String version) {
    // Gateways and inference pools are definitions elsewhere, whatever their groups' names.
    var isKubernetes = group.endsWith(".k8s.io") && !group.endsWith(".networking.k8s.io");
    if (!groups.containsKey(group) && !isKubernetes) {
      return Optional.empty();
    }
    var ofGroup = groups.getOrDefault(group, new Priority(OTHER_GROUP, 0)).group();
    var byForm = version.contains("alpha") ? 1 : version.contains("beta") ? 9 : 15;
    return Optional.of(
        new Priority(ofGroup, versions.getOrDefault(ApiService.key(group, version), byForm)));
  }

  private ObjectNode object(String name, String group, String version, boolean isBuiltIn) {
    var priority = isBuiltIn ? priority(group, version).orElse(OF_DEFINED) : OF_DEFINED;
    var object =
        Json.object().put("apiVersion", ApiService.GROUP + "/v1").put("kind", "APIService");
    var metadata = object.putObject("metadata").put("name", name);
    if (!group.equals(YIELDING)) {
      metadata.putObject("labels").put(LABEL, isBuiltIn ? AT_START : ALWAYS);
    }
    var spec = object.putObject("spec");
    if (!group.isEmpty()) {
      spec.put("group", group);
    }
    spec.put("version", version)
        .put("groupPriorityMinimum", priority.group())
        .put("versionPriority", priority.version());
    return object;
  }
}

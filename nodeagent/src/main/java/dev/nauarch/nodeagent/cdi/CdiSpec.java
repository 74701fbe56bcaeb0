package dev.nauarch.nodeagent.cdi;

import dev.nauarch.nodeagent.cdi.CdiEdits.Mount;
import dev.nauarch.nodeagent.cdi.CdiEdits.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A file of devices of one kind.
 *
 * @param kind for example {@code example.com/gpu}
 * @param common what whoever uses any of its devices needs
 * @param devices what each of them needs, by name
 */
record CdiSpec(String kind, CdiEdits common, SortedMap<String, CdiEdits> devices) {
  private static final List<String> VERSIONS =
      List.of("0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0");
  private static final Pattern KIND =
      Pattern.compile(
          "[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?/[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?");
  private static final Pattern DEVICE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.:-]*[A-Za-z0-9])?");

  /** Keeps a copy. */
  CdiSpec {
    devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
  }

  /**
   * Reads a file's tree.
   *
   * @throws IllegalArgumentException where it is not as it should be
   */
  static CdiSpec of(JsonNode tree) {
    var version = tree.path("cdiVersion").asString("");
    if (!VERSIONS.contains(version)) {
      throw new IllegalArgumentException(
          "its cdiVersion is \"" + version + "\", and these are known: " + VERSIONS);
    }
    var kind = tree.path("kind").asString("");
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("its kind \"" + kind + "\" is not like example.com/gpu");
    }
    var devices = new TreeMap<String, CdiEdits>();
    for (var device : tree.path("devices")) {
      var name = device.path("name").asString("");
      if (!DEVICE.matcher(name).matches()) {
        throw new IllegalArgumentException("\"" + name + "\" is no name of a device");
      }
      if (devices.put(name, edits(device.path("containerEdits"))) != null) {
        throw new IllegalArgumentException("device \"" + name + "\" is described twice");
      }
    }
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("it describes no device");
    }
    return new CdiSpec(kind, edits(tree.path("containerEdits")), devices);
  }

  private static CdiEdits edits(JsonNode tree) {
    for (var unknown : List.of("intelRdt", "netDevices")) {
      if (!tree.path(unknown).isMissingNode() && !tree.path(unknown).isEmpty()) {
        throw new IllegalArgumentException("it has " + unknown + ", which is not supported here");
      }
    }
    var groups = new ArrayList<Long>();
    tree.path("additionalGids").forEach(group -> groups.add(group.asLong()));
    var hooks = new ArrayList<String>();
    tree.path("hooks")
        .forEach(
            hook ->
                hooks.add(
                    hook.path("hookName").asString("") + " " + hook.path("path").asString("")));
    return new CdiEdits(environment(tree), nodes(tree), mounts(tree), groups, hooks);
  }

  private static Map<String, String> environment(JsonNode tree) {
    var variables = new TreeMap<String, String>();
    for (var each : tree.path("env")) {
      var sides = each.asString("").split("=", 2);
      if (sides.length != 2 || sides[0].isEmpty()) {
        throw new IllegalArgumentException("\"" + each.asString("") + "\" is not like NAME=value");
      }
      variables.put(sides[0], sides[1]);
    }
    return variables;
  }

  private static List<Node> nodes(JsonNode tree) {
    var nodes = new ArrayList<Node>();
    for (var each : tree.path("deviceNodes")) {
      var path = path(each, "path");
      nodes.add(
          new Node(
              each.path("hostPath").asString(path),
              path,
              each.path("permissions").asString("rwm")));
    }
    return nodes;
  }

  private static List<Mount> mounts(JsonNode tree) {
    var mounts = new ArrayList<Mount>();
    for (var each : tree.path("mounts")) {
      var options = new ArrayList<String>();
      each.path("options").forEach(option -> options.add(option.asString("")));
      var type = each.path("type").asString("");
      if (!type.isEmpty() && !type.equals("bind")) {
        throw new IllegalArgumentException("a mount of type " + type + " is not supported here");
      }
      mounts.add(
          new Mount(path(each, "hostPath"), path(each, "containerPath"), options.contains("ro")));
    }
    return mounts;
  }

  private static String path(JsonNode tree, String field) {
    var path = tree.path(field).asString("");
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(field + " \"" + path + "\" is no absolute path");
    }
    return path;
  }
}

package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.object.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who serves a version of a group.
 *
 * @param name the object's name
 * @param version for example {@code v1beta1}
 * @param group the group; empty for core
 * @param groupPriority the least priority of the group
 * @param versionPriority the priority of the version in its group
 * @param backing the server; empty for this one
 * @param isAvailable whether the server answers, as far as is known
 */
record ApiService(
    String name,
    String group,
    String version,
    int groupPriority,
    int versionPriority,
    Optional<Backing> backing,
    boolean isAvailable) {

  /** The group of APIServices. */
  static final String GROUP = "apiregistration.k8s.io";

  static final String PLURAL = "apiservices";

  /**
   * The Service of a server.
   *
   * @param caBundle who vouches for it, as PEM in base64; empty for the machine's authorities
   * @param isInsecure whether any certificate will do
   */
  record Backing(String namespace, String service, int port, String caBundle, boolean isInsecure) {

    /** The name that the server's certificate bears. */
    String serverName() {
      return service + "." + namespace + ".svc";
    }
  }

  /** What an object says. */
  static ApiService of(ObjectNode object) {
    var spec = Json.child(object, "spec");
    return new ApiService(
        Json.text(object, "metadata", "name"),
        Json.text(spec, "group"),
        Json.text(spec, "version"),
        spec.path("groupPriorityMinimum").asInt(0),
        spec.path("versionPriority").asInt(0),
        spec.path("service").isObject() ? Optional.of(backing(spec)) : Optional.empty(),
        isAvailable(object));
  }

  /** The same, available or not. */
  ApiService with(boolean available) {
    return new ApiService(name, group, version, groupPriority, versionPriority, backing, available);
  }

  private static Backing backing(ObjectNode spec) {
    var service = Json.child(spec, "service");
    return new Backing(
        Json.text(service, "namespace"),
        Json.text(service, "name"),
        service.path("port").asInt(443),
        Json.text(spec, "caBundle"),
        spec.path("insecureSkipTLSVerify").asBoolean(false));
  }

  private static boolean isAvailable(ObjectNode object) {
    for (var condition : Json.child(object, "status").path("conditions")) {
      if (Json.text(condition, "type").equals("Available")) {
        return Json.text(condition, "status").equals("True");
      }
    }
    return false;
  }

  /** The path of its documents and objects. */
  String path() {
    return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
  }

  /** How the paths of a group and version are written. */
  static String key(String group, String version) {
    return group + "/" + version;
  }

  String key() {
    return key(group, version);
  }
}

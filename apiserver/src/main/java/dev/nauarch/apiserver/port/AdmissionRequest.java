package dev.nauarch.apiserver.port;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * A write, or a connection to a pod, on its way through admission.
 *
 * @param operation what happens to the object
 * @param kind the kind of the resource
 * @param subresource for example {@code status}; empty for the object itself
 * @param target the object's name and namespace, the name empty while it is not yet known
 * @param object the object as it shall be, which mutation may change in place; empty for a deletion
 * @param oldObject the object as it is; empty for a creation; must not be changed
 * @param context who asks and how
 */
public record AdmissionRequest(
    Operation operation,
    Kind kind,
    String subresource,
    Target target,
    Optional<ObjectNode> object,
    Optional<ObjectNode> oldObject,
    Context context) {

  /** What happens. */
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }

  /**
   * Which object.
   *
   * @param namespace empty for cluster scope
   * @param name may be empty
   */
  public record Target(String namespace, String name) {}

  /**
   * Who asks and how.
   *
   * @param user who asks
   * @param options the request's CreateOptions, UpdateOptions, PatchOptions or DeleteOptions
   * @param isDryRun whether nothing will be stored
   * @param warnings takes texts that the client is shown in {@code Warning} headers
   */
  public record Context(
      User user, ObjectNode options, boolean isDryRun, Consumer<String> warnings) {}

  /** The same request about another state of the object, which may have got its name meanwhile. */
  public AdmissionRequest of(ObjectNode newObject) {
    var named =
        target.name().isEmpty()
            ? new Target(target.namespace(), Json.text(newObject, "metadata", "name"))
            : target;
    return new AdmissionRequest(
        operation, kind, subresource, named, Optional.of(newObject), oldObject, context);
  }

  /** How refusals name the object: before it has a name by what that will begin with. */
  public String shownName() {
    if (!target.name().isEmpty()) {
      return target.name();
    }
    var name = object.map(found -> Json.text(found, "metadata", "name")).orElse("");
    var prefix = object.map(found -> Json.text(found, "metadata", "generateName")).orElse("");
    return !name.isEmpty() ? name : prefix.isEmpty() ? "Unknown" : prefix;
  }
}

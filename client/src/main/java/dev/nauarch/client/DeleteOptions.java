package dev.nauarch.client;

import dev.nauarch.api.ModelCodec;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * How to delete.
 *
 * @param graceSeconds how long a pod has to end; empty for its own default
 * @param propagation what becomes of dependents: {@code Background}, {@code Foreground}, {@code
 *     Orphan}; empty for the default
 * @param uid delete only this very object; empty for any of that name
 * @param resourceVersion delete only at this version; empty for any
 */
public record DeleteOptions(
    OptionalLong graceSeconds, String propagation, String uid, String resourceVersion) {

  /** The server's defaults. */
  public static final DeleteOptions DEFAULT = new DeleteOptions(OptionalLong.empty(), "", "", "");

  /** Background deletion of one very object. */
  public static DeleteOptions ofUid(String uid) {
    return new DeleteOptions(OptionalLong.empty(), "Background", uid, "");
  }

  /** The body that asks for this. */
  public ObjectNode toJson() {
    var body = ModelCodec.emptyTree().put("kind", "DeleteOptions").put("apiVersion", "v1");
    graceSeconds.ifPresent(seconds -> body.put("gracePeriodSeconds", seconds));
    if (!propagation.isEmpty()) {
      body.put("propagationPolicy", propagation);
    }
    if (!uid.isEmpty() || !resourceVersion.isEmpty()) {
      var preconditions = body.putObject("preconditions");
      if (!uid.isEmpty()) {
        preconditions.put("uid", uid);
      }
      if (!resourceVersion.isEmpty()) {
        preconditions.put("resourceVersion", resourceVersion);
      }
    }
    return body;
  }
}

package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Takes over what somebody outside has made of a request's object. */
final class Changed {

  private static final Set<String> OF_STATUS = Set.of("apiVersion", "kind", "metadata", "status");

  private Changed() {}

  /**
   * Puts a changed object in the place of the request's, in its form and with its defaults.
   *
   * @param as the version of its kind in which it was changed
   * @param changed becomes the request's own
   * @return whether that made a difference
   * @throws ApiException when it is not an object of the same kind, name and namespace any more
   */
  static boolean take(Reviewed request, Kind as, ObjectNode changed) {
    var object = request.request().object().orElseThrow();
    for (var field : List.of("kind", "apiVersion")) {
      var expected = field.equals("kind") ? as.kind() : as.apiVersion();
      if (!Json.text(changed, field).equals(expected)
          && request.request().subresource().isEmpty()) {
        throw Refusals.internal(
            "the patched object is of " + field + " \"" + Json.text(changed, field) + "\"");
      }
    }
    try {
      if (Json.text(changed, "kind").equals(as.kind())) {
        request.world().forms().settle(as, changed);
      }
    } catch (ApiException e) {
      throw Refusals.internal(String.valueOf(e.getMessage()));
    }
    var isSame = as.apiVersion().equals(request.kind().apiVersion());
    var isOther = !Json.text(object, "kind").equals(as.kind());
    var mine =
        isSame || isOther
            ? changed
            : request.world().versions().converted(changed, as, request.kind());
    for (var field : List.of("name", "namespace")) {
      var before = Json.text(object, "metadata", field);
      var after = Json.text(mine, "metadata", field);
      if (!before.equals(after) && !before.isEmpty()) {
        throw ApiException.badRequest(
            "the "
                + field
                + " of the provided object does not match the "
                + field
                + " sent on the request");
      }
    }
    keepTheRest(request, object, mine);
    if (mine.equals(object)) {
      return false;
    }
    object.removeAll();
    object.setAll(mine);
    return true;
  }

  /** A write of a status changes nothing else, one of the object not the status. */
  private static void keepTheRest(Reviewed request, ObjectNode object, ObjectNode changed) {
    var isUpdate = request.operation().equals("UPDATE");
    var isStatus = request.subresource().equals("status");
    var hasStatus = request.kind().subresource("status").isPresent();
    if (!isUpdate || !(isStatus || (hasStatus && request.subresource().isEmpty()))) {
      return;
    }
    var names = new ArrayList<>(changed.propertyNames());
    object.propertyNames().forEach(names::add);
    for (var name : names) {
      var isKept = isStatus ? !OF_STATUS.contains(name) : name.equals("status");
      if (isKept && object.has(name)) {
        changed.set(name, object.path(name).deepCopy());
      } else if (isKept) {
        changed.remove(name);
      }
    }
  }
}

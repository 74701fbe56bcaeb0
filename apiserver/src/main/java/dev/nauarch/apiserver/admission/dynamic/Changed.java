package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.schema.ObjectForm;
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
   * @throws ApiException when it is no object of the same kind any more
   */
  static boolean take(Reviewed request, Kind as, ObjectNode changed) {
    return take(request, as, changed, false);
  }

  /** The same where fields that a built-in kind has not are an error. */
  static boolean takeStrictly(Reviewed request, Kind as, ObjectNode changed) {
    return take(request, as, changed, !ObjectForm.isCustom(as));
  }

  private static boolean take(Reviewed request, Kind as, ObjectNode changed, boolean isStrict) {
    var object = request.request().object().orElseThrow();
    var isOther = !Json.text(object, "kind").equals(as.kind());
    if (!isOther) {
      ChangedKind.check(as, changed, request.world().versions());
      settle(request, as, changed, isStrict);
    }
    var isSame = as.apiVersion().equals(request.kind().apiVersion());
    var mine =
        isSame || isOther
            ? changed
            : request.world().versions().converted(changed, as, request.kind());
    keepTheRest(request, object, mine);
    if (mine.equals(object)) {
      return false;
    }
    object.removeAll();
    object.setAll(mine);
    return true;
  }

  private static void settle(Reviewed request, Kind as, ObjectNode changed, boolean isStrict) {
    List<String> unknown;
    try {
      unknown = request.world().forms().settle(as, changed);
    } catch (ApiException e) {
      throw Refusals.internal(Refusals.ofForm(e));
    }
    if (isStrict && !unknown.isEmpty()) {
      throw Refusals.internal("strict decoding error: " + String.join(", ", unknown));
    }
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

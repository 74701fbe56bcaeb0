package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.Optional;

/**
 * Who may look at devices that others use: claims in namespaces with a label for it.
 *
 * @param view finds the namespaces
 */
record AdminAccess(ObjectView view) {

  private static final String LABEL = "resource.kubernetes.io/admin-access";

  /**
   * Checks what a claim or a template asks for.
   *
   * @param spec the spec of the claim
   */
  void requested(Problems problems, Field object, Field spec) {
    var requests = spec.at("devices", "requests").items();
    for (int i = 0; i < requests.size(); i++) {
      var flag = requests.get(i).at("exactly", "adminAccess");
      if (flag.flag(false)) {
        // Upstream names it by this path, in templates too.
        var path = "spec.devices.requests[" + i + "].adminAccess";
        require(problems, object, new Field(flag.node(), path, ""));
        return;
      }
    }
  }

  /** Checks what was allocated, unless it was before. */
  void granted(Problems problems, Field claim, Field old) {
    if (first(old).isEmpty()) {
      first(claim).ifPresent(flag -> require(problems, claim, flag));
    }
  }

  private static Optional<Field> first(Field claim) {
    return claim.at("status", "allocation", "devices", "results").items().stream()
        .map(result -> result.at("adminAccess"))
        .filter(flag -> flag.flag(false))
        .findFirst();
  }

  private void require(Problems problems, Field object, Field flag) {
    var namespace = object.at("metadata", "namespace").text();
    var isAllowed =
        view.find("", "namespaces", "", namespace)
            .map(found -> found.path("metadata").path("labels").path(LABEL).asString(""))
            .filter("true"::equals)
            .isPresent();
    if (!isAllowed) {
      problems.forbidden(
          flag,
          "admin access to devices requires the `"
              + LABEL
              + ": true` label on the containing namespace");
    }
  }
}

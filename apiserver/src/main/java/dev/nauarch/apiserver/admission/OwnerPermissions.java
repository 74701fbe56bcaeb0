package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who gives an object other owners, whose end is then its own, must be allowed to delete it; and
 * who makes it hold up the deletion of an owner must be allowed to set the owner's finalizers.
 */
public final class OwnerPermissions implements Admission {

  private final Authorizer authorizer;
  private final BiFunction<String, String, Optional<Kind>> kinds;

  /** Asks this authorizer; finds kinds by their apiVersion and name. */
  public OwnerPermissions(Authorizer authorizer, BiFunction<String, String, Optional<Kind>> kinds) {
    this.authorizer = authorizer;
    this.kinds = kinds;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    var isWrite =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    // A write of a pod's status can't change its owners.
    var isPodStatus =
        request.subresource().equals("status")
            && request.kind().kind().equals("Pod")
            && request.kind().group().isEmpty();
    if (!isWrite || isPodStatus) {
      return;
    }
    var now = owners(request.object());
    var old = owners(request.oldObject());
    if (now.equals(old)) {
      return;
    }
    if (request.operation() == Operation.UPDATE) {
      refusal(request, deletion(request))
          .ifPresent(
              why -> {
                throw forbidden(
                    request, "cannot set an ownerRef on a resource you can't delete: " + why);
              });
    }
    var blocking = newlyBlocking(now, old);
    if (!blocking.isEmpty() && refusal(request, finalizers("*", "*", "*", "", "*")).isPresent()) {
      blocking.forEach(owner -> checkFinalizers(request, owner));
    }
  }

  private static List<JsonNode> owners(Optional<ObjectNode> object) {
    var owners = new ArrayList<JsonNode>();
    object.ifPresent(found -> found.path("metadata").path("ownerReferences").forEach(owners::add));
    return owners;
  }

  private static List<JsonNode> newlyBlocking(List<JsonNode> now, List<JsonNode> old) {
    return now.stream()
        .filter(OwnerPermissions::isBlocking)
        .filter(
            owner ->
                old.stream()
                    .noneMatch(
                        before ->
                            isBlocking(before)
                                && Json.text(before, "uid").equals(Json.text(owner, "uid"))))
        .toList();
  }

  private static boolean isBlocking(JsonNode owner) {
    return owner.path("blockOwnerDeletion").asBoolean(false);
  }

  private void checkFinalizers(AdmissionRequest request, JsonNode owner) {
    var apiVersion = Json.text(owner, "apiVersion");
    var name = Json.text(owner, "kind");
    var kind =
        kinds
            .apply(apiVersion, name)
            .orElseThrow(
                () ->
                    forbidden(
                        request,
                        ("cannot set blockOwnerDeletion in this case because cannot find"
                                + " RESTMapping for APIVersion %s Kind %s: no matches for kind"
                                + " \"%s\" in version \"%s\"")
                            .formatted(apiVersion, name, name, apiVersion)));
    refusal(request, finalizers(request, kind, Json.text(owner, "name")))
        .ifPresent(
            why -> {
              throw forbidden(
                  request,
                  "cannot set blockOwnerDeletion if an ownerReference refers to a resource you"
                      + " can't set finalizers on: "
                      + why);
            });
  }

  private static Attributes deletion(AdmissionRequest request) {
    var kind = request.kind();
    var target = request.target();
    return new Attributes(
        "delete",
        kind.group(),
        kind.version(),
        kind.names().plural(),
        request.subresource(),
        target.namespace(),
        target.name(),
        "",
        List.of());
  }

  private static Attributes finalizers(AdmissionRequest request, Kind owner, String name) {
    var namespace = owner.namespaced() ? request.target().namespace() : "";
    return finalizers(owner.group(), owner.version(), owner.names().plural(), namespace, name);
  }

  private static Attributes finalizers(
      String group, String version, String plural, String namespace, String name) {
    return new Attributes(
        "update", group, version, plural, "finalizers", namespace, name, "", List.of());
  }

  /** Why somebody may not do something; empty where they may. */
  private Optional<String> refusal(AdmissionRequest request, Attributes wanted) {
    return switch (authorizer.authorize(request.context().user(), wanted)) {
      case Authorizer.Decision.Allowed _ -> Optional.empty();
      case Authorizer.Decision.Denied(var reason) -> Optional.of(reason + ", <nil>");
    };
  }

  private static ApiException forbidden(AdmissionRequest request, String why) {
    return Requests.forbidden(request, why);
  }
}

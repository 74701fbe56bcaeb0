package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.List;

/**
 * Objects are created in namespaces that exist and are not ending, and the namespaces that a
 * cluster can't be without are never deleted.
 */
final class NamespaceLifecycle implements Admission {

  private static final List<String> IMMORTAL = List.of("default", "kube-public", "kube-system");

  private final ObjectView view;

  NamespaceLifecycle(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    var namespace = request.target().namespace();
    if (request.operation() != Operation.CREATE
        || namespace.isEmpty()
        || !request.kind().namespaced()
        || request.kind().group().equals("authorization.k8s.io")) {
      return;
    }
    var found =
        view.findNow("", "namespaces", "", namespace)
            .orElseThrow(() -> ApiException.notFound("", "namespaces", namespace));
    if (found.path("metadata").hasNonNull("deletionTimestamp")
        || found.path("status").path("phase").asString("").equals("Terminating")) {
      throw terminating(request, namespace);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (request.operation() == Operation.DELETE
        && Requests.isOf(request, "", "Namespace")
        && IMMORTAL.contains(request.target().name())) {
      throw Requests.forbidden(request, "this namespace may not be deleted");
    }
  }

  private static ApiException terminating(AdmissionRequest request, String namespace) {
    var plural = request.kind().names().plural();
    var group = request.kind().group();
    var name = request.target().name();
    var cause =
        new FieldError(
            FieldError.Type.NAMESPACE_TERMINATING,
            "metadata.namespace",
            "namespace " + namespace + " is being terminated");
    var qualified = group.isEmpty() ? plural : plural + "." + group;
    return new ApiException(
        Reason.FORBIDDEN,
        qualified
            + " \""
            + name
            + "\" is forbidden: unable to create new content in namespace "
            + namespace
            + " because it is being terminated",
        new Details(group, plural, name, List.of(cause), 0));
  }
}

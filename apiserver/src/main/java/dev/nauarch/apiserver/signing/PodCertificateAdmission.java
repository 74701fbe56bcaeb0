package dev.nauarch.apiserver.signing;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agent of a node asks for certificates of the pods on it alone, for signers that they name;
 * and whoever answers for a signer may do so by the right to {@code sign}.
 */
public final class PodCertificateAdmission implements Admission {

  private static final String KIND = "PodCertificateRequest";
  private static final String AGENT = "system:node:";
  private static final String NAMED = " named in the PodCertificateRequest";

  private final ObjectView view;
  private final Authorizer authorizer;

  /** Admission by the objects of a view, and by what an authorizer allows. */
  public PodCertificateAdmission(ObjectView view, Authorizer authorizer) {
    this.view = view;
    this.authorizer = authorizer;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.kind().kind().equals(KIND) || !request.kind().group().equals(Signers.GROUP)) {
      return;
    }
    var user = request.context().user();
    if (user.name().startsWith(AGENT) && user.groups().contains("system:nodes")) {
      checkAgent(request, user.name().substring(AGENT.length()));
    }
    if (request.operation() == Operation.UPDATE
        && request.subresource().equals("status")
        && request.object().isPresent()
        && request.oldObject().isPresent()) {
      checkSigner(request, request.object().get(), request.oldObject().get());
    }
  }

  private void checkSigner(AdmissionRequest request, ObjectNode object, ObjectNode old) {
    var user = request.context().user();
    var signer = text(old, "signerName");
    if (!object.path("status").equals(old.path("status"))
        && !Signers.mayUse(authorizer, user, "sign", signer)) {
      throw ApiException.invalid(
          Signers.GROUP,
          KIND,
          request.target().name(),
          List.of(
              FieldError.forbidden(
                  "spec.signerName",
                  "User %s is not permitted to \"sign\" for signer %s"
                      .formatted(Json.quoted(user.name()), Json.quoted(signer)))));
    }
  }

  private void checkAgent(AdmissionRequest request, String node) {
    if (request.operation() != Operation.CREATE || request.object().isEmpty()) {
      throw forbidden(request, "unexpected operation " + request.operation());
    }
    var wanted = request.object().get();
    if (!text(wanted, "nodeName").equals(node)) {
      throw forbidden(
          request,
          "PodCertificateRequest.Spec.NodeName=%s, which is not the requesting node %s"
              .formatted(Json.quoted(text(wanted, "nodeName")), Json.quoted(node)));
    }
    var found = find(request, "node", "nodes", "", node);
    same(request, wanted, "node UID", text(wanted, "nodeUID"), found);
    checkPod(request, wanted);
  }

  private void checkPod(AdmissionRequest request, ObjectNode wanted) {
    var namespace = request.target().namespace();
    var name = text(wanted, "podName");
    var pod = find(request, "pod", "pods", namespace, name);
    same(request, wanted, "pod UID", text(wanted, "podUID"), pod);
    var shown = Json.quoted(namespace + "/" + name);
    if (!text(pod, "nodeName").equals(text(wanted, "nodeName"))) {
      throw forbidden(
          request,
          "pod %s is not running on node %s".formatted(shown, Json.quoted(text(wanted, "nodeName")))
              + NAMED);
    }
    if (pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror")) {
      throw forbidden(request, "pod " + shown + " is a mirror pod");
    }
    var account = text(wanted, "serviceAccountName");
    if (!account.equals(text(pod, "serviceAccountName"))) {
      throw forbidden(
          request,
          "PodCertificateRequest for pod %s contains serviceAccountName (%s) that differs from running pod (%s)"
              .formatted(
                  shown, Json.quoted(account), Json.quoted(text(pod, "serviceAccountName"))));
    }
    var found = find(request, "service account", "serviceaccounts", namespace, account);
    same(request, wanted, "service account UID", text(wanted, "serviceAccountUID"), found);
    var signer = text(wanted, "signerName");
    if (!mounts(pod, signer) && !mayAsk(request, signer, account)) {
      throw forbidden(
          request,
          "pod %s does not mount a podCertificate projected volume for signer %s"
              .formatted(shown, Json.quoted(signer)));
    }
  }

  /**
   * What this server's view does not show may only not have come to it yet; the agent tries again.
   */
  private ObjectNode find(
      AdmissionRequest request, String what, String plural, String namespace, String name) {
    var shown = Json.quoted(namespace.isEmpty() ? name : namespace + "/" + name);
    return view.find("", plural, namespace, name)
        .orElseThrow(
            () ->
                forbidden(
                    request,
                    "while retrieving %s %s".formatted(what, shown) + NAMED + ": not found"));
  }

  private static void same(
      AdmissionRequest request, ObjectNode wanted, String what, String uid, ObjectNode found) {
    var running = Json.text(found, "metadata", "uid");
    if (!running.equals(uid)) {
      throw forbidden(
          request,
          "PodCertificateRequest for pod %s names %s %s, which differs from the running one (%s)"
              .formatted(
                  Json.quoted(request.target().namespace() + "/" + text(wanted, "podName")),
                  what,
                  Json.quoted(uid),
                  Json.quoted(running)));
    }
  }

  private static boolean mounts(ObjectNode pod, String signer) {
    return pod.at("/spec/volumes")
        .valueStream()
        .flatMap(volume -> volume.at("/projected/sources").valueStream())
        .anyMatch(source -> source.at("/podCertificate/signerName").asString("").equals(signer));
  }

  /** Roles can't name resources with a slash. */
  private boolean mayAsk(AdmissionRequest request, String signer, String account) {
    User user = request.context().user();
    var wanted =
        new Attributes(
            "request-serviceaccounts-podcertificate-signer",
            Signers.GROUP,
            request.kind().version(),
            signer.replace('/', ':'),
            "",
            request.target().namespace(),
            account,
            "",
            List.of());
    return authorizer.authorize(user, wanted) instanceof Authorizer.Decision.Allowed;
  }

  private static String text(ObjectNode object, String field) {
    return Json.text(object, "spec", field);
  }

  private static ApiException forbidden(AdmissionRequest request, String why) {
    return ApiException.forbidden(
        Signers.GROUP, request.kind().names().plural(), request.shownName(), why);
  }
}

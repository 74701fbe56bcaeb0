package dev.nauarch.apiserver.signing;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.User;
import java.security.GeneralSecurityException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who may approve and who may sign requests is a matter of the signer that they are for; nobody is
 * certified as a member of {@code system:masters}, and no agent asks for the name of another node.
 */
public final class SignerAdmission implements Admission {

  private final Authorizer authorizer;

  /** Admission by what this authorizer allows on {@code signers}. */
  public SignerAdmission(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.kind().group().equals(Signers.GROUP)
        || !request.kind().names().plural().equals(Signers.PLURAL)
        || request.object().isEmpty()) {
      return;
    }
    if (request.operation() == Operation.CREATE) {
      checkSubject(request, new Request(request.object().get()));
    } else if (request.operation() == Operation.UPDATE && request.oldObject().isPresent()) {
      checkUpdate(request, request.object().get(), request.oldObject().get());
    }
  }

  private void checkUpdate(AdmissionRequest request, ObjectNode object, ObjectNode old) {
    var signer = new Request(old).signer();
    switch (request.subresource()) {
      case "approval" -> require(request, "approve", signer);
      case "status" -> {
        var status = object.path("status");
        var before = old.path("status");
        if (!status.path("certificate").equals(before.path("certificate"))
            || !status.path("conditions").equals(before.path("conditions"))) {
          require(request, "sign", signer);
        }
      }
      default -> {
        // Nothing else of a request changes.
      }
    }
  }

  private void require(AdmissionRequest request, String verb, String signer) {
    if (!Signers.mayUse(authorizer, request.context().user(), verb, signer)) {
      throw forbidden(
          request,
          "user not permitted to " + verb + " requests with signerName " + Json.quoted(signer));
    }
  }

  private static void checkSubject(AdmissionRequest request, Request wanted) {
    if (!Signers.areOurs(wanted.signer())) {
      return;
    }
    var user = request.context().user();
    var isAgent = user.name().startsWith("system:node:") && user.groups().contains("system:nodes");
    try {
      if (!wanted.signer().equals(Signers.CLIENT)) {
        if (isAgent && !wanted.content().commonName().equals(user.name())) {
          throw forbidden(request, "can only create a node CSR with CN=" + user.name());
        }
        return;
      }
      if (wanted.content().organizations().contains(User.MASTERS)) {
        throw forbidden(
            request,
            "use of " + Signers.CLIENT + " signer with system:masters group is not allowed");
      }
    } catch (GeneralSecurityException e) {
      throw forbidden(request, "failed to parse CSR: " + e.getMessage());
    }
  }

  private static ApiException forbidden(AdmissionRequest request, String why) {
    return ApiException.forbidden(
        request.kind().group(), request.kind().names().plural(), request.shownName(), why);
  }
}

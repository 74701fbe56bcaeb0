package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.certificates.SigningRequest;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.User;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The signers that every cluster has, and what each of them signs. */
final class Signers {

  static final String GROUP = "certificates.k8s.io";
  static final String PLURAL = "certificatesigningrequests";

  /** Certificates of users. */
  static final String CLIENT = "kubernetes.io/kube-apiserver-client";

  /** Certificates by which node agents prove who they are. */
  static final String NODE_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";

  /** Certificates that node agents serve with. */
  static final String NODE_SERVER = "kubernetes.io/kubelet-serving";

  private static final String NODE_PREFIX = "system:node:";
  private static final String SIGNATURE = "digital signature";
  private static final String ENCIPHERMENT = "key encipherment";
  private static final String CLIENT_AUTH = "client auth";
  private static final String SERVER_AUTH = "server auth";

  private Signers() {}

  /** Whether it is one of the cluster's own. */
  static boolean areOurs(String signer) {
    return signer.equals(CLIENT) || signer.equals(NODE_CLIENT) || signer.equals(NODE_SERVER);
  }

  /** Whether a user has a right on a signer, or on all of its domain. */
  static boolean mayUse(Authorizer authorizer, User user, String verb, String signer) {
    var domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
    return may(authorizer, user, verb, signer) || may(authorizer, user, verb, domain + "/*");
  }

  private static boolean may(Authorizer authorizer, User user, String verb, String signer) {
    var wanted = new Attributes(verb, GROUP, "*", "signers", "", "", signer, "", List.of());
    return authorizer.authorize(user, wanted) instanceof Authorizer.Decision.Allowed;
  }

  /**
   * Why one of the cluster's own signers does not sign a request; empty where it does.
   *
   * @param signer for which {@link #areOurs} holds
   */
  static Optional<String> refusal(
      String signer, SigningRequest request, Collection<String> usages) {
    return switch (signer) {
      case CLIENT -> ofClient(usages);
      case NODE_CLIENT -> ofNodeClient(request, usages);
      case NODE_SERVER -> ofNodeServer(request, usages);
      default -> throw new IllegalArgumentException("not a signer of the cluster: " + signer);
    };
  }

  private static Optional<String> ofClient(Collection<String> usages) {
    for (var usage : usages) {
      if (!List.of(SIGNATURE, ENCIPHERMENT, CLIENT_AUTH).contains(usage)) {
        return Optional.of("invalid usage for client certificate: " + usage);
      }
    }
    return usages.contains(CLIENT_AUTH)
        ? Optional.empty()
        : Optional.of("missing required usage for client certificate: " + CLIENT_AUTH);
  }

  private static Optional<String> ofNodeClient(SigningRequest request, Collection<String> usages) {
    var names = request.names();
    if (!request.organizations().equals(List.of("system:nodes"))) {
      return Optional.of("subject organization is not system:nodes");
    }
    if (!names.dns().isEmpty()) {
      return Optional.of("DNS subjectAltNames are not allowed");
    }
    if (!names.emails().isEmpty()) {
      return Optional.of("Email subjectAltNames are not allowed");
    }
    if (!names.addresses().isEmpty()) {
      return Optional.of("IP subjectAltNames are not allowed");
    }
    if (!names.uris().isEmpty()) {
      return Optional.of("URI subjectAltNames are not allowed");
    }
    if (!request.commonName().startsWith(NODE_PREFIX)) {
      return Optional.of("subject common name does not begin with " + NODE_PREFIX);
    }
    return ofUsages(usages, CLIENT_AUTH);
  }

  private static Optional<String> ofNodeServer(SigningRequest request, Collection<String> usages) {
    var names = request.names();
    if (!request.organizations().equals(List.of("system:nodes"))) {
      return Optional.of("subject organization is not system:nodes");
    }
    if (names.dns().isEmpty() && names.addresses().isEmpty()) {
      return Optional.of("DNS or IP subjectAltName is required");
    }
    if (!names.emails().isEmpty()) {
      return Optional.of("Email subjectAltNames are not allowed");
    }
    if (!names.uris().isEmpty()) {
      return Optional.of("URI subjectAltNames are not allowed");
    }
    var wrong = ofUsages(usages, SERVER_AUTH);
    if (wrong.isPresent()) {
      return wrong;
    }
    return request.commonName().startsWith(NODE_PREFIX)
        ? Optional.empty()
        : Optional.of("subject common name does not begin with " + NODE_PREFIX);
  }

  private static Optional<String> ofUsages(Collection<String> usages, String purpose) {
    var given = Set.copyOf(usages);
    var withRsa = Set.of(SIGNATURE, ENCIPHERMENT, purpose);
    return given.equals(withRsa) || given.equals(Set.of(SIGNATURE, purpose))
        ? Optional.empty()
        : Optional.of(
            "usages did not match [" + String.join(" ", withRsa.stream().sorted().toList()) + "]");
  }
}

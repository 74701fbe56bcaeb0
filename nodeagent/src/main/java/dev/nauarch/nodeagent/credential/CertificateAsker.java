package dev.nauarch.nodeagent.credential;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Details;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.remote.PemKeys;
import dev.nauarch.client.tls.TlsContexts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Has certificates made by CertificateSigningRequests. The keys are made here, and the private one
 * goes nowhere.
 */
public final class CertificateAsker {
  private static final Resource<GenericKubernetesResource> REQUESTS =
      new Resource<>(
          "certificates.k8s.io",
          "v1",
          "certificatesigningrequests",
          "CertificateSigningRequest",
          false,
          GenericKubernetesResource.class);

  private static final Duration LOOK = Duration.ofMillis(500);

  private final ClusterClient client;
  private final Duration patience;

  /**
   * @param client the cluster, as whoever may ask
   * @param patience how long to wait for a certificate
   */
  public CertificateAsker(ClusterClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  /**
   * Asks, and waits for the certificate.
   *
   * @throws ApiException it is refused, or there is none yet after some time
   */
  public TlsContexts.Identity ask(SigningWish wish) throws InterruptedException {
    try {
      var keys = keys();
      var pem = pem("CERTIFICATE REQUEST", wish.signed(keys));
      var request =
          new GenericKubernetesResourceBuilder()
              .withApiVersion(REQUESTS.apiVersion())
              .withKind(REQUESTS.kind())
              .withNewMetadata()
              .withGenerateName("csr-")
              .endMetadata()
              .addToAdditionalProperties(
                  "spec",
                  Map.of(
                      "request",
                      Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)),
                      "signerName",
                      wish.signer(),
                      "usages",
                      wish.usages()))
              .build();
      var name = client.create(REQUESTS, request).getMetadata().getName();
      var chain = PemKeys.certificates(await(name, wish));
      return new TlsContexts.Identity(chain, keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate can't be asked for or read", e);
    }
  }

  private String await(String name, SigningWish wish) throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    do {
      var status = ModelCodec.tree(client.raw(REQUESTS.path("") + "/" + name)).path("status");
      var certificate = status.path("certificate").asString("");
      if (!certificate.isEmpty()) {
        return new String(Base64.getDecoder().decode(certificate), StandardCharsets.US_ASCII);
      }
      refusal(status)
          .ifPresent(
              why -> {
                throw failure(Reason.FORBIDDEN, "the request " + name + " was refused: " + why);
              });
      Thread.sleep(LOOK);
    } while (System.nanoTime() < until);
    throw failure(
        Reason.TIMEOUT,
        "the request %s for %s has no certificate after %d s; kubectl get csr tells why, and"
                .formatted(name, wish.signer(), patience.toSeconds())
            + " kubectl certificate approve "
            + name
            + " approves it");
  }

  private static Optional<String> refusal(JsonNode status) {
    return status
        .path("conditions")
        .valueStream()
        .filter(each -> !each.path("type").asString("").equals("Approved"))
        .map(each -> each.path("type").asString("") + ": " + each.path("message").asString(""))
        .findFirst();
  }

  private static ApiException failure(Reason reason, String message) {
    return new ApiException(reason, message, Details.NONE);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  static String pem(String label, byte[] content) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }
}

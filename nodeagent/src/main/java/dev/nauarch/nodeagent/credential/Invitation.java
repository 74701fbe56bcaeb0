package dev.nauarch.nodeagent.credential;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.PemKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a cluster says of itself to strangers: the ConfigMap {@code cluster-info} in {@code
 * kube-public}. Whoever has a token knows by its signature that the map is genuine, and whoever has
 * the hash of the authority's key, that the authority is.
 */
public final class Invitation {
  private static final String SIGNATURE = "jws-kubeconfig-";

  private Invitation() {}

  /** What came of looking at the map. */
  public sealed interface Verdict {

    /**
     * It is genuine.
     *
     * @param authority the PEM certificates that vouch for the cluster's servers
     */
    record Genuine(String authority) implements Verdict {}

    /** It carries no signature by this token: the cluster does not know the token, or not yet. */
    record Unsigned() implements Verdict {}

    /**
     * It is not to be believed.
     *
     * @param why a sentence for people
     */
    record Refused(String why) implements Verdict {}
  }

  /**
   * Looks at the map.
   *
   * @param map the ConfigMap
   * @param hashes what the authority's keys may be, as {@code sha256:HEX}; empty for any
   */
  public static Verdict verify(ObjectNode map, BootstrapToken token, List<String> hashes) {
    var content = map.path("data").path("kubeconfig").asString("");
    var signature = map.path("data").path(SIGNATURE + token.id()).asString("");
    if (content.isEmpty() || signature.isEmpty()) {
      return new Verdict.Unsigned();
    }
    if (!isSigned(content, signature, token)) {
      return new Verdict.Refused(
          "what the server says of the cluster is not signed by this token: its secret is not that"
              + " of the cluster's token "
              + token.id()
              + ", or the server is not the cluster's");
    }
    try {
      var authority = Kubeconfig.parse(content, Path.of("/")).firstAuthority();
      if (authority.isEmpty()) {
        return new Verdict.Refused("what the server says of the cluster names no authority");
      }
      var found = hashesOf(PemKeys.certificates(authority.get()));
      if (!hashes.isEmpty() && found.stream().noneMatch(hashes::contains)) {
        return new Verdict.Refused(
            "the cluster's authority is "
                + String.join(", ", found)
                + ", expected "
                + String.join(" or ", hashes));
      }
      return new Verdict.Genuine(authority.get());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return new Verdict.Refused("the cluster's authority can't be read: " + e.getMessage());
    }
  }

  /** The hash of a certificate's public key, as {@code sha256:HEX}. */
  public static String hashOf(X509Certificate certificate) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var key = certificate.getPublicKey().getEncoded();
      return "sha256:" + HexFormat.of().formatHex(digest.digest(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /**
   * Reads a hash that somebody wrote.
   *
   * @throws IllegalArgumentException it is none
   */
  public static String hash(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    if (!lower.matches("sha256:[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "--ca-hash " + text + ": expected sha256: and 64 digits of base 16");
    }
    return lower;
  }

  private static List<String> hashesOf(List<X509Certificate> certificates) {
    var hashes = new ArrayList<String>();
    certificates.forEach(certificate -> hashes.add(hashOf(certificate)));
    return hashes;
  }

  /** A JSON web signature whose content stands elsewhere (RFC 7515, appendix F). */
  private static boolean isSigned(String content, String signature, BootstrapToken token) {
    var parts = signature.split("\\.", -1);
    if (parts.length != 3 || !parts[1].isEmpty() || !isOurHead(parts[0], token)) {
      return false;
    }
    try {
      var encoder = Base64.getUrlEncoder().withoutPadding();
      var body = encoder.encodeToString(content.getBytes(StandardCharsets.UTF_8));
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      var wanted = mac.doFinal((parts[0] + "." + body).getBytes(StandardCharsets.US_ASCII));
      return MessageDigest.isEqual(wanted, Base64.getUrlDecoder().decode(parts[2]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC", e);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isOurHead(String head, BootstrapToken token) {
    try {
      var json = ModelCodec.tree(Base64.getUrlDecoder().decode(head));
      return json.path("alg").asString("").equals("HS256")
          && Optional.of(json.path("kid").asString(""))
              .filter(id -> id.isEmpty() || id.equals(token.id()))
              .isPresent();
    } catch (IllegalArgumentException | JacksonException e) {
      return false;
    }
  }
}

package dev.nauarch.apiserver.strategy.trust;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Texts of several PEM blocks, with whatever stands between them. */
final class PemBlocks {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([^\\n-]+)-----\\s*?\\n(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * One block.
   *
   * @param label for example {@code CERTIFICATE}
   * @param hasHeaders whether lines with a colon stand before its content
   * @param content what it holds
   */
  record Block(String label, boolean hasHeaders, byte[] content) {

    /** The certificate that it holds, if it is one. */
    Optional<X509Certificate> certificate() {
      try {
        var factory = CertificateFactory.getInstance("X.509");
        return Optional.of(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content)));
      } catch (GeneralSecurityException noCertificate) {
        return Optional.empty();
      }
    }
  }

  private PemBlocks() {}

  /** The blocks of a text; what is no block is passed over. */
  static List<Block> of(String text) {
    var blocks = new ArrayList<Block>();
    var found = BLOCK.matcher(text);
    while (found.find()) {
      var body = found.group(2);
      int headersEnd = body.lastIndexOf(':');
      var content = headersEnd < 0 ? body : body.substring(body.indexOf('\n', headersEnd) + 1);
      try {
        blocks.add(
            new Block(
                found.group(1),
                headersEnd >= 0,
                Base64.getDecoder().decode(content.replaceAll("\\s", ""))));
      } catch (IllegalArgumentException notBase64) {
        // As in Go, a block that can't be decoded is none.
      }
    }
    return blocks;
  }
}

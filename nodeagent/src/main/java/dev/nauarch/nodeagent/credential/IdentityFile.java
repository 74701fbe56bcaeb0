package dev.nauarch.nodeagent.credential;

import dev.nauarch.client.remote.PemKeys;
import dev.nauarch.client.tls.TlsContexts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file with a certificate and its private key, which only its owner may read. Both are in one
 * file, which is replaced as a whole: there is never one without the other.
 *
 * @param path where it is
 */
public record IdentityFile(Path path) {

  /**
   * What is in it; empty where there is no file.
   *
   * @throws IOException it can't be read, or is damaged
   */
  public Optional<TlsContexts.Identity> read() throws IOException {
    if (Files.notExists(path)) {
      return Optional.empty();
    }
    try {
      var pem = Files.readString(path);
      var chain = PemKeys.certificates(pem.substring(pem.indexOf("-----BEGIN CERTIFICATE")));
      return Optional.of(new TlsContexts.Identity(chain, PemKeys.privateKey(pem)));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException(
          path + " holds no certificate with its key; remove it, and join again with a token", e);
    }
  }

  /** Replaces what is in it. */
  public void write(TlsContexts.Identity identity) throws IOException {
    var text = new StringBuilder(CertificateAsker.pem("PRIVATE KEY", identity.key().getEncoded()));
    try {
      for (var certificate : identity.chain()) {
        text.append(CertificateAsker.pem("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate without an encoding", e);
    }
    var part = path.resolveSibling(path.getFileName() + ".part");
    Files.deleteIfExists(part);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Set<StandardOpenOption> fresh =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(part, fresh, ownerOnly)) {
      var bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

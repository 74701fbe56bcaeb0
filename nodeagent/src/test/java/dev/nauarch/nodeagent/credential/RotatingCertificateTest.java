package dev.nauarch.nodeagent.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.client.remote.PemKeys;
import dev.nauarch.client.tls.TlsContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotatingCertificateTest {

  /** The test's certificate is good from 2026 to 2126. */
  private static final Instant YOUNG = Instant.parse("2030-01-01T00:00:00Z");

  private static final Instant OLD = Instant.parse("2120-01-01T00:00:00Z");

  @TempDir private Path directory;
  private final LinkedBlockingQueue<TlsContexts.Identity> told = new LinkedBlockingQueue<>();
  private final AtomicInteger asked = new AtomicInteger();

  private static TlsContexts.Identity identity() throws GeneralSecurityException {
    return new TlsContexts.Identity(
        PemKeys.certificates(InvitationTest.AUTHORITY), keys().getPrivate());
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private IdentityFile file() {
    return new IdentityFile(directory.resolve("client.pem"));
  }

  private RotatingCertificate start(RotatingCertificate.Source source, Instant now)
      throws IOException {
    return RotatingCertificate.start("the test", file(), source, told::add, () -> now);
  }

  private TlsContexts.Identity awaitTold() throws InterruptedException {
    return Optional.ofNullable(told.poll(90, TimeUnit.SECONDS)).orElseThrow();
  }

  @Test
  void whoHasNoneGetsOneAndKeepsItForTheNext() throws Exception {
    var made = identity();
    try (var rotating = start(() -> made, YOUNG)) {
      assertEquals(made, awaitTold());
      assertEquals(Optional.of(made), rotating.current());
    }
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())));
    var kept = file().read().orElseThrow();
    assertEquals(made.chain(), kept.chain());
    assertEquals(made.key(), kept.key());
    try (var next = start(() -> identityOf(asked.incrementAndGet()), YOUNG)) {
      assertEquals(kept.key(), next.current().orElseThrow().key());
    }
    assertEquals(0, asked.get());
  }

  private static TlsContexts.Identity identityOf(int count) {
    throw new AssertionError("asked " + count + " times for what is good");
  }

  @Test
  void whatIsOldIsReplacedAndWhatFailsIsTriedAgain() throws Exception {
    file().write(identity());
    var made = identity();
    RotatingCertificate.Source source =
        () -> {
          if (asked.incrementAndGet() == 1) {
            throw new ApiException(
                ApiException.Reason.SERVICE_UNAVAILABLE, "away", ApiException.Details.NONE);
          }
          return made;
        };
    try (var rotating = start(source, OLD)) {
      assertEquals(made, awaitTold());
      assertEquals(Optional.of(made), rotating.current());
      assertEquals(2, asked.get());
    }
  }

  @Test
  void aDamagedFileIsToldWithWhatToDo() throws Exception {
    Files.writeString(file().path(), "nonsense");
    var refused = assertThrows(IOException.class, () -> file().read());
    assertTrue(String.valueOf(refused.getMessage()).contains("join again with a token"));
    assertFalse(Files.exists(directory.resolve("client.pem.part")));
  }
}

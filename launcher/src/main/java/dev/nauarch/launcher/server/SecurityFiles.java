package dev.nauarch.launcher.server;

import dev.nauarch.apiserver.admission.AdmissionFile;
import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.apiserver.audit.AuditOptions;
import dev.nauarch.apiserver.audit.AuditPolicy;
import dev.nauarch.apiserver.authentication.TokenWebhook;
import dev.nauarch.apiserver.encryption.Encryption;
import dev.nauarch.apiserver.oidc.IssuerFile;
import dev.nauarch.apiserver.oidc.IssuerFlags;
import dev.nauarch.apiserver.oidc.LoginRules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What says who is let in, what is written down, what is encrypted, and what of admission is
 * switched on.
 *
 * @param login who is let in beside the cluster's own
 * @param encryption what is encrypted in the store
 * @param auditPolicy an audit policy; empty for writing nothing down
 * @param auditLog where audit events go
 * @param rotation when a file of them is put aside
 * @param admission which parts of admission are switched on
 */
public record SecurityFiles(
    LoggingIn login,
    Encrypting encryption,
    Optional<Path> auditPolicy,
    Optional<Path> auditLog,
    Rotation rotation,
    Admitting admission) {

  /** Nothing is said. */
  public static final SecurityFiles NONE =
      new SecurityFiles(
          new LoggingIn(Optional.empty(), Optional.empty(), Optional.empty()),
          new Encrypting(Optional.empty(), false),
          Optional.empty(),
          Optional.empty(),
          Rotation.DEFAULT,
          new Admitting(AdmissionPlugins.DEFAULT, Optional.empty()));

  /**
   * When a file is put aside.
   *
   * @param megabytesMax the size at which it is; 0 for 100
   * @param filesMax how many are kept aside; 0 for all
   * @param daysMax how long they are kept; 0 for ever
   */
  public record Rotation(int megabytesMax, int filesMax, int daysMax) {

    /** 100 megabytes, kept for ever. */
    public static final Rotation DEFAULT = new Rotation(0, 0, 0);
  }

  /**
   * Who is let in beside the cluster's own.
   *
   * @param file an AuthenticationConfiguration; empty for no other issuers
   * @param issuer an issuer that flags name; empty for none
   * @param tokenWebhook who is asked whose tokens are; empty for nobody
   */
  public record LoggingIn(
      Optional<Path> file,
      Optional<IssuerFlags> issuer,
      Optional<TokenWebhook.Settings> tokenWebhook) {

    /** Refuses issuers that are named twice. */
    public LoggingIn {
      if (file.isPresent() && issuer.isPresent()) {
        throw new IllegalArgumentException(
            "authentication-config file and oidc-* flags are mutually exclusive");
      }
    }
  }

  /**
   * What admission does.
   *
   * @param plugins which parts of it are switched on
   * @param file an AdmissionConfiguration; empty for the usual settings
   */
  public record Admitting(AdmissionPlugins plugins, Optional<Path> file) {}

  /**
   * What is encrypted in the store.
   *
   * @param file an EncryptionConfiguration; empty for nothing
   * @param isReadAgain whether it is read again when it changes
   */
  public record Encrypting(Optional<Path> file, boolean isReadAgain) {

    /** Refuses to read nothing again. */
    public Encrypting {
      if (isReadAgain && file.isEmpty()) {
        throw new IllegalArgumentException(
            "--encryption-provider-config-automatic-reload needs --encryption-provider-config");
      }
    }
  }

  /** Refuses a policy without a log, which would write to nowhere, and a log without a policy. */
  public SecurityFiles {
    if (auditPolicy.isPresent() != auditLog.isPresent()) {
      throw new IllegalArgumentException(
          "--audit-policy-file and --audit-log-path go together: "
              + (auditPolicy.isPresent() ? "the log's path" : "the policy")
              + " is missing");
    }
    if (rotation.megabytesMax < 0 || rotation.filesMax < 0 || rotation.daysMax < 0) {
      throw new IllegalArgumentException("limits of audit logs can't be negative: " + rotation);
    }
  }

  /** Who is let in beside the cluster's own. */
  LoginRules logins() throws IOException {
    if (login.issuer().isPresent()) {
      return login.issuer().get().rules();
    }
    return login.file().isEmpty() ? LoginRules.NONE : IssuerFile.read(login.file().get());
  }

  /** What admission does. */
  AdmissionPlugins plugins() throws IOException {
    return admission.file().isEmpty()
        ? admission.plugins()
        : admission.plugins().with(AdmissionFile.read(admission.file().get()));
  }

  /** What is encrypted. */
  Encryption encrypted() throws IOException {
    if (encryption.file().isEmpty()) {
      return Encryption.none();
    }
    return Encryption.of(
        encryption.file().get(),
        encryption.isReadAgain() ? Optional.of(Encryption.LOOKED_AT_EVERY) : Optional.empty());
  }

  /** What is written down. */
  Optional<AuditOptions> audit() throws IOException {
    if (auditPolicy.isEmpty() || auditLog.isEmpty()) {
      return Optional.empty();
    }
    var bytesMax =
        rotation.megabytesMax == 0 ? AuditOptions.BYTES_MAX : (long) rotation.megabytesMax << 20;
    return Optional.of(
        new AuditOptions(
            AuditPolicy.read(auditPolicy.get()),
            auditLog.get(),
            bytesMax,
            rotation.filesMax,
            Duration.ofDays(rotation.daysMax)));
  }
}

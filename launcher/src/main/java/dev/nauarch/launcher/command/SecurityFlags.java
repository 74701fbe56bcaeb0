package dev.nauarch.launcher.command;

import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.launcher.server.SecurityFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code nau up} takes about who is let in, what is written down and what is encrypted. */
final class SecurityFlags {
  @Mixin private final OidcFlags oidc = new OidcFlags();
  @Mixin private final TokenWebhookFlags tokenWebhook = new TokenWebhookFlags();

  @Option(
      names = "--authentication-config",
      paramLabel = "FILE",
      description =
          "An AuthenticationConfiguration: OpenID Connect issuers, and where nobody need log in.")
  private @Nullable Path authentication;

  @Option(
      names = "--encryption-provider-config",
      paramLabel = "FILE",
      description = "An EncryptionConfiguration: what is encrypted in the store, by which keys.")
  private @Nullable Path encryption;

  @Option(
      names = "--encryption-provider-config-automatic-reload",
      description = "Whether that file is read again when it changes.")
  private boolean isEncryptionReadAgain;

  @Option(
      names = "--audit-policy-file",
      paramLabel = "FILE",
      description = "An audit policy: which requests are written down, and how much of them.")
  private @Nullable Path auditPolicy;

  @Option(
      names = "--audit-log-path",
      paramLabel = "FILE",
      description = "Where audit events are written, one line of JSON each.")
  private @Nullable Path auditLog;

  @Option(
      names = "--audit-log-maxsize",
      paramLabel = "MEGABYTES",
      description = "The size at which the audit log is put aside; 100 where it is 0.")
  private int auditMegabytes;

  @Option(
      names = "--audit-log-maxbackup",
      paramLabel = "N",
      description = "How many audit logs are kept aside; all where it is 0.")
  private int auditFiles;

  @Option(
      names = "--audit-log-maxage",
      paramLabel = "DAYS",
      description = "How long audit logs are kept aside; for ever where it is 0.")
  private int auditDays;

  @Option(
      names = "--admission-control-config-file",
      paramLabel = "FILE",
      description = "An AdmissionConfiguration: what Pod Security does without labels.")
  private @Nullable Path admission;

  @Option(
      names = "--enable-admission-plugins",
      paramLabel = "NAME",
      split = ",",
      description = "Parts of admission to switch on beside the usual ones, by their names.")
  private List<String> enabled = List.of();

  @Option(
      names = "--disable-admission-plugins",
      paramLabel = "NAME",
      split = ",",
      description = "Parts of admission to switch off.")
  private List<String> disabled = List.of();

  /** The files; relative paths are this process' own. */
  SecurityFiles files() {
    return new SecurityFiles(
        new SecurityFiles.LoggingIn(
            absolute(authentication), oidc.issuer(), tokenWebhook.settings()),
        new SecurityFiles.Encrypting(absolute(encryption), isEncryptionReadAgain),
        absolute(auditPolicy),
        absolute(auditLog),
        new SecurityFiles.Rotation(auditMegabytes, auditFiles, auditDays),
        new SecurityFiles.Admitting(AdmissionPlugins.of(enabled, disabled), absolute(admission)));
  }

  private static Optional<Path> absolute(@Nullable Path path) {
    return Optional.ofNullable(path).map(Path::toAbsolutePath);
  }

  /** The words that give the same flags to another process. */
  List<String> words() {
    var words = new ArrayList<String>();
    var files = files();
    words.addAll(oidc.words());
    words.addAll(tokenWebhook.words());
    files.login().file().ifPresent(file -> add(words, "--authentication-config", file));
    files.encryption().file().ifPresent(file -> add(words, "--encryption-provider-config", file));
    if (isEncryptionReadAgain) {
      words.add("--encryption-provider-config-automatic-reload");
    }
    files.auditPolicy().ifPresent(file -> add(words, "--audit-policy-file", file));
    files.auditLog().ifPresent(file -> add(words, "--audit-log-path", file));
    files.admission().file().ifPresent(file -> add(words, "--admission-control-config-file", file));
    if (!enabled.isEmpty()) {
      add(words, "--enable-admission-plugins", String.join(",", enabled));
    }
    if (!disabled.isEmpty()) {
      add(words, "--disable-admission-plugins", String.join(",", disabled));
    }
    add(words, "--audit-log-maxsize", auditMegabytes);
    add(words, "--audit-log-maxbackup", auditFiles);
    add(words, "--audit-log-maxage", auditDays);
    return words;
  }

  private static void add(List<String> words, String flag, Object value) {
    words.add(flag);
    words.add(value.toString());
  }
}

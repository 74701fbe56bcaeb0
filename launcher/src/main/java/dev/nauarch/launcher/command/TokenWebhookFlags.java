package dev.nauarch.launcher.command;

import dev.nauarch.apiserver.authentication.TokenWebhook;
import dev.nauarch.apiserver.codec.GoDuration;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code nau up} takes about a server that is asked whose tokens are. */
final class TokenWebhookFlags {
  private static final String FILE = "--authentication-token-webhook-config-file";
  private static final String VERSION = "--authentication-token-webhook-version";
  private static final String REMEMBERED = "--authentication-token-webhook-cache-ttl";

  @Option(
      names = FILE,
      paramLabel = "FILE",
      description = "A kubeconfig: which server is asked whose tokens are.")
  private @Nullable Path file;

  @Option(
      names = VERSION,
      paramLabel = "VERSION",
      defaultValue = "v1beta1",
      description = "The version of the TokenReview that it is sent (${DEFAULT-VALUE}).")
  private String version = "v1beta1";

  @Option(
      names = REMEMBERED,
      paramLabel = "DURATION",
      defaultValue = "2m",
      description = "How long its answers hold (${DEFAULT-VALUE}).")
  private String remembered = "2m";

  /**
   * Who is asked; empty for nobody.
   *
   * @throws IllegalArgumentException where the file or a flag is wrong
   */
  Optional<TokenWebhook.Settings> settings() {
    var nanos = GoDuration.parse(remembered);
    if (nanos < 0) {
      throw new IllegalArgumentException(REMEMBERED + " can't be negative: " + remembered);
    }
    try {
      return Optional.ofNullable(file)
          .map(path -> TokenWebhook.Settings.read(path, version, Duration.ofNanos(nanos)));
    } catch (UncheckedIOException e) {
      throw new IllegalArgumentException(FILE + ": " + e.getMessage(), e);
    }
  }

  /** The words that give the same flags to another process. */
  List<String> words() {
    return file == null
        ? List.of()
        : List.of(FILE, file.toAbsolutePath().toString(), VERSION, version, REMEMBERED, remembered);
  }
}

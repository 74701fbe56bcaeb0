package dev.nauarch.launcher.command;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.PemKeys;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.nodeagent.credential.Invitation;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nau token}. */
@Command(
    name = "nau token",
    description = {
      "Tokens by which other machines join the cluster. create prints the command to run there,",
      "list the tokens that there are, delete removes one by its id."
    },
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {

  /** What to do. */
  enum Action {
    create,
    list,
    delete
  }

  private static final String NAMESPACE = "kube-system";
  private static final String PREFIX = "bootstrap-token-";
  private static final String TYPE = "bootstrap.kubernetes.io/token";
  private static final String GROUP = "system:bootstrappers:kubeadm:default-node-token";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 6;
  private static final int SECRET_LENGTH = 16;
  private static final Pattern TTL = Pattern.compile("(\\d{1,9})([smh]?)");

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(index = "0", description = "${COMPLETION-CANDIDATES}")
  private Action action = Action.list;

  @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "Which one to delete.")
  private @Nullable String id;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "24h",
      description = "How long the token is good for: 90s, 30m, 24h; 0 for ever (${DEFAULT-VALUE}).")
  private String ttl = "24h";

  @Override
  public Integer call() throws IOException {
    var state = cluster.running();
    try (var client = cluster.connect()) {
      switch (action) {
        case create -> create(client, state);
        case list -> list(client);
        case delete -> delete(client);
      }
    }
    return ExitCode.OK.number();
  }

  private void create(RemoteClient client, ClusterHome.State state) throws IOException {
    if (state.listen().isEmpty()) {
      throw new CommandFailure(
          ExitCode.ERROR,
          "cluster %s is reached from this machine only: nau down, then nau up --listen ADDRESS"
                  .formatted(state.name())
              + " with an address of this machine that others reach");
    }
    var random = new SecureRandom();
    var tokenId = letters(random, ID_LENGTH);
    var secret = letters(random, SECRET_LENGTH);
    var builder =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(PREFIX + tokenId)
            .endMetadata()
            .withType(TYPE)
            .addToStringData("token-id", tokenId)
            .addToStringData("token-secret", secret)
            .addToStringData("usage-bootstrap-authentication", "true")
            .addToStringData("usage-bootstrap-signing", "true")
            .addToStringData("auth-extra-groups", GROUP);
    var lifetime = lifetime();
    if (lifetime.isPresent()) {
      var end = Instant.now().plus(lifetime.get()).truncatedTo(ChronoUnit.SECONDS);
      builder.addToStringData("expiration", end.toString());
    }
    client.createOnly(Resources.SECRETS, builder.build());
    System.out.println(
        "nau join https://%s:%d --token %s.%s --ca-hash %s"
            .formatted(state.listen(), state.apiPort(), tokenId, secret, authorityHash()));
  }

  private String authorityHash() throws IOException {
    try {
      var pem = Files.readString(cluster.home().pki().resolve("ca.crt"));
      return Invitation.hashOf(PemKeys.certificates(pem).getFirst());
    } catch (GeneralSecurityException e) {
      throw new IOException("the cluster's authority can't be read", e);
    }
  }

  private Optional<Duration> lifetime() {
    var parts = TTL.matcher(ttl);
    if (!parts.matches()) {
      throw new CommandFailure(
          ExitCode.USAGE, "--ttl " + ttl + ": expected a number of seconds, or one with s, m or h");
    }
    var number = Long.parseLong(parts.group(1));
    var time =
        switch (parts.group(2)) {
          case "h" -> Duration.ofHours(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofSeconds(number);
        };
    return Optional.of(time).filter(Duration::isPositive);
  }

  private static String letters(SecureRandom random, int count) {
    var text = new StringBuilder();
    for (var i = 0; i < count; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private static void list(RemoteClient client) {
    System.out.printf("%-8s %-22s %s%n", "ID", "EXPIRES", "USAGES");
    var selection = new Selection(NAMESPACE, "", "type=" + TYPE);
    for (var token : client.list(Resources.SECRETS, selection).items()) {
      var end = data(token, "expiration");
      System.out.printf(
          "%-8s %-22s %s%n",
          data(token, "token-id"), end.isEmpty() ? "never" : shown(end), usages(token));
    }
  }

  private static String shown(String end) {
    try {
      var isOver = OffsetDateTime.parse(end).toInstant().isBefore(Instant.now());
      return isOver ? "expired" : end;
    } catch (DateTimeException e) {
      return "expired";
    }
  }

  private static String usages(Secret token) {
    var usages = new StringBuilder();
    for (var usage : new String[] {"authentication", "signing"}) {
      if (data(token, "usage-bootstrap-" + usage).equals("true")) {
        usages.append(usages.isEmpty() ? "" : ",").append(usage);
      }
    }
    return usages.toString();
  }

  private static String data(Secret token, String key) {
    var value = token.getData() == null ? null : token.getData().get(key);
    return value == null
        ? ""
        : new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  private void delete(RemoteClient client) {
    if (id == null || !id.matches("[a-z0-9]{6}(\\.[a-z0-9]{16})?")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "nau token delete: expected the ID of a token; nau token list tells them");
    }
    var tokenId = id.substring(0, ID_LENGTH);
    var key = new ObjectKey(NAMESPACE, PREFIX + tokenId);
    var now = new DeleteOptions(OptionalLong.empty(), "Background", "", "");
    if (!client.delete(Resources.SECRETS, key, now)) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "there is no token " + tokenId);
    }
    System.out.println("Deleted token " + tokenId);
  }
}

package dev.nauarch.launcher.join;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.RemoteOptions.Credentials;
import dev.nauarch.launcher.command.CommandFailure;
import dev.nauarch.launcher.command.ExitCode;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.nodeagent.credential.BootstrapToken;
import dev.nauarch.nodeagent.credential.CertificateAsker;
import dev.nauarch.nodeagent.credential.Invitation;
import dev.nauarch.nodeagent.credential.RotatingCertificate;
import dev.nauarch.nodeagent.credential.SigningWish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a machine comes to know a cluster, and the cluster it: the cluster's authority is believed
 * because a token has signed it, and the machine is let in because it has that token. What comes of
 * it is the authority's certificate and one of the node's own, in the node's home.
 */
public final class Joining {
  private static final String INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** A token that was made a moment ago has not signed anything yet. */
  private static final Duration UNSIGNED_LIMIT = Duration.ofSeconds(10);

  private static final Duration UNSIGNED_LOOK = Duration.ofMillis(500);
  private static final Duration CERTIFICATE_LIMIT = Duration.ofMinutes(2);

  private final JoinOptions options;
  private final InstantSource clock;

  /** A machine that joins like this. */
  public Joining(JoinOptions options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Why the node can't prove to the cluster who it is; empty where it can, from earlier. */
  public Optional<String> lacking() throws IOException {
    var own = options.client().read();
    if (own.isEmpty() || Files.notExists(options.authority())) {
      return Optional.of("this machine has not joined a cluster as it is asked to");
    }
    var certificate = own.get().chain().getFirst();
    var subject = certificate.getSubjectX500Principal().getName();
    if (!List.of(subject.split(",", -1)).contains("CN=system:node:" + options.nodeName())) {
      return Optional.of("the certificate here is not that of node " + options.nodeName());
    }
    return RotatingCertificate.hasEnded(certificate, clock.instant())
        ? Optional.of(
            "the certificate of node %s has ended on %s, and it is %s by this machine's clock"
                .formatted(
                    options.nodeName(),
                    certificate.getNotAfter().toInstant(),
                    clock.instant().truncatedTo(ChronoUnit.SECONDS)))
        : Optional.empty();
  }

  /**
   * Joins by a token.
   *
   * @param hashes what the key of the cluster's authority may be; empty for any
   * @throws CommandFailure the cluster can't be reached or believed, or does not let the machine in
   */
  public void join(BootstrapToken token, List<String> hashes, Progress progress)
      throws IOException, InterruptedException {
    var authority = discover(token, hashes);
    progress.step(
        "Cluster", options.server() + (hashes.isEmpty() ? "" : ", authority as expected"));
    Files.createDirectories(
        options.home().pki(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (var client = client(authority, new Credentials.Token(token::text))) {
      refuseTakenName(client, token);
      var wish = SigningWish.client(options.nodeName());
      var identity = new CertificateAsker(client, CERTIFICATE_LIMIT).ask(wish);
      replace(options.authority(), authority);
      options.client().write(identity);
      progress.step(
          "Certificate",
          "system:node:"
              + options.nodeName()
              + ", until "
              + identity.chain().getFirst().getNotAfter().toInstant());
    } catch (ApiException e) {
      throw asFailure(e, token);
    }
  }

  private static void replace(Path file, String content) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, content);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private String discover(BootstrapToken token, List<String> hashes) throws InterruptedException {
    var until = System.nanoTime() + UNSIGNED_LIMIT.toNanos();
    try (var stranger = client(Optional.empty(), new Credentials.Anonymous())) {
      while (true) {
        var found = info(stranger);
        switch (Invitation.verify(found, token, hashes)) {
          case Invitation.Verdict.Genuine(var authority) -> {
            confirm(authority, found);
            return authority;
          }
          case Invitation.Verdict.Refused(var why) ->
              throw new CommandFailure(
                  ExitCode.DENIED, options.server() + ": " + why + "; nothing was sent to it");
          case Invitation.Verdict.Unsigned() -> {
            if (System.nanoTime() > until) {
              throw unknownToken(token);
            }
            Thread.sleep(UNSIGNED_LOOK);
          }
        }
      }
    }
  }

  private ObjectNode info(RemoteClient stranger) {
    try {
      return ModelCodec.tree(stranger.raw(INFO));
    } catch (ApiException e) {
      throw switch (e.reason()) {
        case NOT_FOUND, FORBIDDEN, UNAUTHORIZED ->
            new CommandFailure(
                ExitCode.DENIED,
                options.server()
                    + " does not tell strangers how to join: start its server by nau up --listen"
                    + " ADDRESS ("
                    + e.getMessage()
                    + ")");
        default -> asFailure(e);
      };
    }
  }

  /** The same, from a server that the authority vouches for. */
  private void confirm(String authority, ObjectNode found) {
    try (var client = client(Optional.of(authority), new Credentials.Anonymous())) {
      var again = info(client).path("data").path("kubeconfig");
      if (!again.equals(found.path("data").path("kubeconfig"))) {
        throw new CommandFailure(
            ExitCode.DENIED, options.server() + " says one thing and then another of its cluster");
      }
    }
  }

  private RemoteClient client(String authority, Credentials credentials) {
    return client(Optional.of(authority), credentials);
  }

  private RemoteClient client(Optional<String> authority, Credentials credentials) {
    return RemoteClient.connect(
        new RemoteOptions(options.server(), authority, credentials, authority.isEmpty(), TIMEOUT));
  }

  private void refuseTakenName(RemoteClient client, BootstrapToken token) {
    try {
      var isTaken =
          client
              .get(Resources.NODES, new ObjectKey("", options.nodeName()))
              .filter(JoinedMachine::isReady)
              .isPresent();
      if (isTaken) {
        throw new CommandFailure(
            ExitCode.CONFLICT,
            "node %1$s is Ready in this cluster already: give this machine another name by"
                    .formatted(options.nodeName())
                + " --node-name, or first kubectl delete node "
                + options.nodeName());
      }
    } catch (ApiException e) {
      throw asFailure(e, token);
    }
  }

  private CommandFailure asFailure(ApiException e, BootstrapToken token) {
    return e.reason() == ApiException.Reason.UNAUTHORIZED ? unknownToken(token) : asFailure(e);
  }

  private CommandFailure unknownToken(BootstrapToken token) {
    return new CommandFailure(
        ExitCode.DENIED,
        options.server()
            + " does not know the token "
            + token.id()
            + ": it has expired, was deleted, or is another cluster's; nau token create on the"
            + " server makes a new one");
  }

  private CommandFailure asFailure(ApiException e) {
    var code =
        switch (e.reason()) {
          case SERVICE_UNAVAILABLE, TIMEOUT -> ExitCode.NO_CLUSTER;
          case FORBIDDEN, UNAUTHORIZED -> ExitCode.DENIED;
          default -> ExitCode.ERROR;
        };
    return new CommandFailure(
        code, clockDoubt(e, clock.instant()).orElseGet(() -> String.valueOf(e.getMessage())));
  }

  /** What to say where a certificate's dates are why a server is not believed. */
  static Optional<String> clockDoubt(Throwable failure, Instant now) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateNotYetValidException
          || cause instanceof CertificateExpiredException) {
        return Optional.of(
            "the server's certificate is not good at %s, which is this machine's time (%s): set the"
                    .formatted(now.truncatedTo(ChronoUnit.SECONDS), cause.getMessage())
                + " clock of this machine or of the server");
      }
    }
    return Optional.empty();
  }
}

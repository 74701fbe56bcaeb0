package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.PutOffException;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.RemoteOptions.Credentials;
import dev.nauarch.client.remote.TlsContext;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a server outside whose tokens are, by a TokenReview, and remembers the answers for a while.
 * May be called from any thread; waits for the server only on those that may.
 */
public final class TokenWebhook implements TokenAuthenticator {

  private static final Logger LOG = LoggerFactory.getLogger(TokenWebhook.class);
  private static final String GROUP = "authentication.k8s.io/";
  private static final Set<String> VERSIONS = Set.of("v1", "v1beta1");
  private static final int REMEMBERED_MAX = 10_000;
  private static final int TRIES_MAX = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final double PAUSE_FACTOR = 1.5;

  /** What may be otherwise a moment later. */
  private static final Set<Integer> PASSING = Set.of(429, 500, 504);

  private final Settings settings;
  private final HttpClient client;
  private final Map<Question, Remembered> answers = new ConcurrentHashMap<>();

  /**
   * Who is asked, and how.
   *
   * @param server where, and how it is shown who asks
   * @param version of the TokenReview: {@code v1} or {@code v1beta1}
   * @param remembered how long an answer holds
   */
  public record Settings(RemoteOptions server, String version, Duration remembered) {

    /** Refuses a version that there is not. */
    public Settings {
      if (!VERSIONS.contains(version)) {
        throw new IllegalArgumentException(
            "unsupported authentication webhook version \""
                + version
                + "\", supported versions are \"v1\", \"v1beta1\"");
      }
    }

    /**
     * Reads the file that says who is asked.
     *
     * @throws IllegalArgumentException where it is no kubeconfig, or one of a form that is not
     *     supported
     */
    public static Settings read(Path kubeconfig, String version, Duration remembered) {
      return new Settings(Kubeconfig.read(kubeconfig).options(), version, remembered);
    }
  }

  /** The token is known by its digest only. */
  private record Question(String digest, List<String> audiences) {}

  private record Remembered(Found found, long untilNanos) {}

  /** The server has not answered as it should. */
  private static final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    private UnansweredException(String why) {
      super(why);
    }
  }

  /** Asks as is said. */
  public TokenWebhook(Settings settings) {
    this.settings = settings;
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.server.timeout())
            .followRedirects(HttpClient.Redirect.NEVER);
    if ("https".equals(settings.server.server().getScheme())) {
      builder.sslContext(TlsContext.of(settings.server));
    }
    this.client = builder.build();
  }

  @Override
  public Found find(String token, List<String> audiences) {
    var question = new Question(digest(token), List.copyOf(audiences));
    var known = answers.get(question);
    if (known != null && known.untilNanos - System.nanoTime() > 0) {
      return known.found;
    }
    PutOffException.unlessMayWait();
    try {
      var found = read(ask(token, audiences), audiences);
      remember(question, found);
      return found;
    } catch (UnansweredException e) {
      LOG.error("Failed to make webhook authenticator request: {}", e.getMessage());
      return new Found.Bad(String.valueOf(e.getMessage()));
    }
  }

  private void remember(Question question, Found found) {
    var now = System.nanoTime();
    if (answers.size() >= REMEMBERED_MAX) {
      answers.values().removeIf(answer -> answer.untilNanos - now <= 0);
    }
    if (answers.size() < REMEMBERED_MAX) {
      answers.put(question, new Remembered(found, now + settings.remembered.toNanos()));
    }
  }

  private static String digest(String token) {
    try {
      var bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }

  private ObjectNode ask(String token, List<String> audiences) throws UnansweredException {
    var review = Json.object().put("kind", "TokenReview");
    review.put("apiVersion", GROUP + settings.version);
    var spec = review.putObject("spec").put("token", token);
    audiences.forEach(spec.putArray("audiences")::add);
    var request =
        HttpRequest.newBuilder(settings.server.server())
            .timeout(settings.server.timeout())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, */*")
            .POST(BodyPublishers.ofByteArray(Json.write(review)));
    if (settings.server.credentials() instanceof Credentials.Token(var source)) {
      request.header("Authorization", "Bearer " + source.token());
    }
    var pause = FIRST_PAUSE;
    for (var tried = 1; ; tried++) {
      try {
        var answer = client.send(request.build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() < 300) {
          return Json.parse(answer.body())
              .orElseThrow(() -> new UnansweredException("the webhook's answer is no JSON object"));
        }
        if (!PASSING.contains(answer.statusCode()) || tried == TRIES_MAX) {
          throw new UnansweredException("the webhook answers " + answer.statusCode());
        }
        Thread.sleep(pause);
        pause = Duration.ofNanos((long) (pause.toNanos() * PAUSE_FACTOR));
      } catch (IOException e) {
        throw new UnansweredException("Post \"" + settings.server.server() + "\": " + reasonOf(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnansweredException("the server is shutting down");
      }
    }
  }

  private static String reasonOf(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private Found read(ObjectNode review, List<String> audiences) throws UnansweredException {
    var isReview =
        Json.text(review, "kind").equals("TokenReview")
            && Json.text(review, "apiVersion").equals(GROUP + settings.version);
    if (!isReview) {
      throw new UnansweredException(
          "the webhook answers a %s of %s, expected a TokenReview of %s%s"
              .formatted(
                  Json.text(review, "kind"),
                  Json.text(review, "apiVersion"),
                  GROUP,
                  settings.version));
    }
    var status = review.path("status");
    var accepted = new ArrayList<>(audiences);
    var named = texts(status.path("audiences"));
    accepted.retainAll(named.isEmpty() ? List.of(ServiceAccountTokens.ISSUER) : named);
    if (accepted.isEmpty()) {
      return new Found.Nothing();
    }
    if (!status.path("authenticated").asBoolean(false)) {
      var why = Json.text(status, "error");
      return why.isEmpty() ? new Found.Nothing() : new Found.Bad(why);
    }
    return new Found.Bearer(user(status.path("user")), accepted);
  }

  private static User user(JsonNode user) throws UnansweredException {
    var name = Json.text(user, "username");
    if (name.isEmpty()) {
      throw new UnansweredException("the webhook knows the token, and does not say whose it is");
    }
    var groups = texts(user.path("groups"));
    if (!groups.contains(User.AUTHENTICATED)) {
      groups.add(User.AUTHENTICATED);
    }
    var extra = new LinkedHashMap<String, List<String>>();
    for (var field : user.path("extra").properties()) {
      extra.put(field.getKey(), texts(field.getValue()));
    }
    return new User(name, Json.text(user, "uid"), groups, extra);
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(item -> texts.add(item.asString("")));
    return texts;
  }
}

package dev.nauarch.nodeagent.image.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What proves to one registry who asks for one repository. Methods may be called by any thread. */
final class Authorization {
  private static final int TOKEN_BYTES_MAX = 1 << 20;

  private final Connection connection;
  private final ImageReference image;
  private final RegistryLogin login;
  private volatile String header;

  Authorization(Connection connection, ImageReference image, RegistryLogin login) {
    this.connection = connection;
    this.image = image;
    this.login = login;
    this.header = login.registryToken().isEmpty() ? "" : "Bearer " + login.registryToken();
  }

  /** What goes into the header; empty for nothing, which is what anybody tries first. */
  String header() {
    return header;
  }

  /**
   * Gets what a registry wants.
   *
   * @param refused what was sent to the registry and refused
   * @return whether there is something else to send now
   */
  synchronized boolean renew(String refused, List<String> wanted)
      throws IOException, InterruptedException {
    if (!refused.equals(header)) {
      // Somebody else has got a new one meanwhile.
      return true;
    }
    if (!login.registryToken().isEmpty()) {
      return false;
    }
    for (var challenge : Challenge.parse(wanted)) {
      var got =
          switch (challenge.scheme()) {
            case "bearer" -> "Bearer " + token(challenge);
            case "basic" -> login.user().isEmpty() ? "" : "Basic " + login.basic();
            default -> "";
          };
      if (!got.isEmpty()) {
        var isOther = !got.equals(refused);
        header = got;
        return isOther;
      }
    }
    return false;
  }

  private String token(Challenge challenge) throws IOException, InterruptedException {
    var realm = realm(challenge);
    var parameters = new TreeMap<String, String>();
    parameters.put("service", challenge.parameter("service"));
    var scope = challenge.parameter("scope");
    parameters.put("scope", scope.isEmpty() ? "repository:" + image.repository() + ":pull" : scope);
    var request = HttpRequest.newBuilder().header("Accept", "application/json");
    var proof = "";
    if (login.identityToken().isEmpty()) {
      var query = (realm.getRawQuery() == null ? "?" : "&") + form(parameters);
      realm = URI.create(realm + query);
      proof = login.user().isEmpty() ? "" : "Basic " + login.basic();
    } else {
      parameters.put("grant_type", "refresh_token");
      parameters.put("refresh_token", login.identityToken());
      parameters.put("client_id", "nauarch");
      request
          .header("Content-Type", "application/x-www-form-urlencoded")
          .POST(BodyPublishers.ofString(form(parameters)));
    }
    var response = connection.send(request, realm, proof);
    try (var body = response.body()) {
      var bytes = body.readNBytes(TOKEN_BYTES_MAX);
      if (response.statusCode() != 200) {
        throw new ImageFault(
            response.statusCode() < 500 ? ImageFault.Reason.DENIED : ImageFault.Reason.UNREACHABLE,
            "getting a token for %s from %s failed with status %d"
                .formatted(image.place(), realm.getHost(), response.statusCode()));
      }
      return token(bytes, realm);
    }
  }

  private static String token(byte[] bytes, URI realm) throws ImageFault {
    try {
      var answer = JsonMapper.shared().readTree(bytes);
      var token = answer.path("token").asString(answer.path("access_token").asString(""));
      if (!token.isEmpty() && token.chars().allMatch(each -> each > ' ' && each < 127)) {
        return token;
      }
      throw new ImageFault(
          ImageFault.Reason.UNREACHABLE, realm.getHost() + " answers without a token");
    } catch (JacksonException e) {
      throw new ImageFault(
          ImageFault.Reason.UNREACHABLE, realm.getHost() + " answers with what is no JSON", e);
    }
  }

  /** Where tokens are given. Names and passwords go there, so it has to be as safe. */
  private URI realm(Challenge challenge) throws ImageFault {
    var text = challenge.parameter("realm");
    try {
      var realm = URI.create(text);
      var isSafe = connection.address(image.registry()).getScheme().equals("http");
      if (realm.getHost() != null
          && ("https".equals(realm.getScheme()) || (isSafe && "http".equals(realm.getScheme())))) {
        return realm;
      }
    } catch (IllegalArgumentException e) {
      throw unusable(text, e);
    }
    throw unusable(text, null);
  }

  private ImageFault unusable(String realm, @Nullable Throwable cause) {
    var message =
        "the registry "
            + image.registry()
            + " gives tokens at \""
            + realm
            + "\"; expected is an address with https";
    return cause == null
        ? new ImageFault(ImageFault.Reason.UNREACHABLE, message)
        : new ImageFault(ImageFault.Reason.UNREACHABLE, message, cause);
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .filter(each -> !each.getValue().isEmpty())
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}

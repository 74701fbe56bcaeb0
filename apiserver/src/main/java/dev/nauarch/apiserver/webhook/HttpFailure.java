package dev.nauarch.apiserver.webhook;

import dev.nauarch.apiserver.object.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What Kubernetes' clients say of an answer whose code is not success. */
final class HttpFailure {

  private static final int TEXT_LENGTH_MAX = 2048;

  private HttpFailure() {}

  static Optional<String> of(WebhookConnection.HttpAnswer answer) {
    if (answer.status() >= 200 && answer.status() <= 206) {
      return Optional.empty();
    }
    var status = Json.parse(answer.body());
    if (status.isPresent()
        && Json.text(status.get(), "kind").equals("Status")
        && !Json.text(status.get(), "message").isEmpty()) {
      return Optional.of(Json.text(status.get(), "message"));
    }
    return Optional.of(words(answer.status(), text(answer)));
  }

  private static String text(WebhookConnection.HttpAnswer answer) {
    if (!answer.mediaType().startsWith("text/")) {
      return "unknown";
    }
    var length = Math.min(answer.body().length, TEXT_LENGTH_MAX);
    return new String(answer.body(), 0, length, StandardCharsets.UTF_8).strip();
  }

  private static String words(int code, String text) {
    return switch (code) {
      case 400 -> "the server rejected our request for an unknown reason";
      case 401 -> "the server has asked for the client to provide credentials";
      case 403, 406, 415 -> text;
      case 404 -> "the server could not find the requested resource";
      case 405 -> "the server does not allow this method on the requested resource";
      case 409 -> "the server reported a conflict";
      case 422 -> "the server rejected our request due to an error in our request";
      case 429 -> "the server has received too many requests and has asked us to try again later";
      case 503 -> "the server is currently unable to handle the request";
      case 504 ->
          "the server was unable to return a response in the time allotted, but may still be"
              + " processing the request";
      default ->
          code >= 500
              ? "an error on the server ("
                  + Json.quoted(text)
                  + ") has prevented the request from succeeding"
              : "the server responded with the status code "
                  + code
                  + " but did not return more information";
    };
  }
}

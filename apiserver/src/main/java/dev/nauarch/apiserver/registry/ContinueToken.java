package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a list goes on.
 *
 * @param revision the revision that the list shows; -1 for the latest, which makes it inconsistent
 * @param start the first key to list, after the resource's prefix
 */
record ContinueToken(long revision, String start) {

  private static final Pattern SLASH = Pattern.compile("/");
  private static final String VERSION = "meta.k8s.io/v1";

  /** Reads a token. */
  static ContinueToken parse(String text) {
    try {
      var json = Json.parse(Base64.getUrlDecoder().decode(text)).orElseThrow(ContinueToken::bad);
      var start = Json.text(json, "start");
      var revision = json.path("rv").asLong(0);
      // A key that leads elsewhere would come of a token that somebody else has made.
      var isKey = List.of(SLASH.split(start, -1)).stream().noneMatch(part -> part.equals(".."));
      if (!Json.text(json, "v").equals(VERSION) || start.isEmpty() || revision == 0 || !isKey) {
        throw bad();
      }
      return new ContinueToken(revision, start);
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  /** The token as clients carry it. */
  String text() {
    var json = Json.object();
    json.put("v", VERSION);
    json.put("rv", revision);
    json.put("start", start);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ApiException bad() {
    return ApiException.badRequest("invalid continue token: continue key is not valid");
  }
}

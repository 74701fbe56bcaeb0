package dev.nauarch.nodeagent.spec;

import dev.nauarch.nodeagent.image.registry.ImageReference;
import dev.nauarch.nodeagent.runtime.ImageService.RegistryLogin;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds who may ask a registry, in the Secrets of the types {@code kubernetes.io/dockerconfigjson}
 * and {@code kubernetes.io/dockercfg}. What can't be read of them is left out, and logged.
 */
public final class PullSecrets {
  private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PullSecrets() {}

  /** The logins that are for an image, those that say most of its name first. */
  public static List<RegistryLogin> of(List<Secret> secrets, ImageReference image) {
    var found = new ArrayList<Entry>();
    for (var secret : secrets) {
      var data = secret.getData() == null ? Map.<String, String>of() : secret.getData();
      read(data.get(".dockerconfigjson"), true, found);
      read(data.get(".dockercfg"), false, found);
    }
    return found.stream()
        .filter(entry -> entry.isFor(image))
        .sorted(Comparator.comparingInt((Entry entry) -> entry.pattern().length()).reversed())
        .map(Entry::login)
        .toList();
  }

  /** A login and what it is for. */
  private record Entry(String pattern, RegistryLogin login) {

    boolean isFor(ImageReference image) {
      var words = pattern.split("/", 2);
      return matches(words[0], image.registry())
          && (words.length == 1 || image.repository().startsWith(words[1]));
    }

    /** Whether a host is meant, part by part; a star stands for anything within one part. */
    private static boolean matches(String pattern, String host) {
      var wanted = pattern.split("[.]", -1);
      var parts = host.split("[.]", -1);
      if (wanted.length != parts.length) {
        return false;
      }
      for (var index = 0; index < wanted.length; index++) {
        var glob = java.util.regex.Pattern.quote(wanted[index]).replace("*", "\\E[^:]*\\Q");
        if (!parts[index].matches(glob)) {
          return false;
        }
      }
      return true;
    }
  }

  private static void read(
      @org.jspecify.annotations.Nullable String encoded, boolean isNested, List<Entry> found) {
    if (encoded == null) {
      return;
    }
    try {
      var tree = JSON.readTree(Base64.getDecoder().decode(encoded));
      var entries = isNested ? tree.path("auths") : tree;
      entries.properties().forEach(each -> found.add(entry(each.getKey(), each.getValue())));
    } catch (JacksonException | IllegalArgumentException e) {
      LOG.warn("A pull secret can't be read: {}", e.getMessage());
    }
  }

  private static Entry entry(String key, JsonNode value) {
    var pattern = key.replaceFirst("^https?://", "").replaceFirst("/(v1|v2)?/?$", "");
    if (pattern.equals("index.docker.io")) {
      pattern = "docker.io";
    }
    var user = value.path("username").asString("");
    var password = value.path("password").asString("");
    var auth = value.path("auth").asString("");
    if (!auth.isEmpty()) {
      var decoded = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
      var colon = decoded.indexOf(':');
      user = colon < 0 ? user : decoded.substring(0, colon);
      password = colon < 0 ? password : decoded.substring(colon + 1);
    }
    var login =
        new RegistryLogin(
            pattern,
            user,
            password,
            value.path("identitytoken").asString(""),
            value.path("registrytoken").asString(""));
    return new Entry(pattern, login);
  }
}

package dev.nauarch.nodeagent.volume;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.ServiceAccountTokens;
import dev.nauarch.nodeagent.spec.DownwardValues;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the files of the volumes whose content comes from the API. */
final class Projections {
  private static final int DEFAULT_MODE = 0644;
  private static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofHours(1);

  private final ClusterClient client;
  private final ServiceAccountTokens tokens;
  private final InstantSource clock;
  private final Map<String, IssuedToken> tokenByPlace = new HashMap<>();

  /** A token and when to ask for the next one. */
  private record IssuedToken(ServiceAccountTokens.Token token, Instant renewAt) {}

  Projections(ClusterClient client, ServiceAccountTokens tokens, InstantSource clock) {
    this.client = client;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** Whether a volume's content comes from the API. */
  static boolean isProjected(Volume volume) {
    return volume.getConfigMap() != null
        || volume.getSecret() != null
        || volume.getDownwardAPI() != null
        || volume.getProjected() != null;
  }

  /** The files that a volume should hold now. */
  synchronized SortedMap<String, AtomicDirectory.File> files(Pod pod, Volume volume)
      throws VolumeFault {
    var files = new TreeMap<String, AtomicDirectory.File>();
    var into = new Target(pod, volume.getName(), files);
    if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      var mode = source.getDefaultMode();
      configMap(into, source.getName(), source.getItems(), optional(source.getOptional()), mode);
    } else if (volume.getSecret() != null) {
      var source = volume.getSecret();
      var mode = source.getDefaultMode();
      secret(into, source.getSecretName(), source.getItems(), optional(source.getOptional()), mode);
    } else if (volume.getDownwardAPI() != null) {
      downward(into, volume.getDownwardAPI().getItems(), volume.getDownwardAPI().getDefaultMode());
    } else {
      projected(into, volume);
    }
    return files;
  }

  private record Target(Pod pod, String volume, SortedMap<String, AtomicDirectory.File> files) {
    void put(String path, byte[] content, @Nullable Integer mode, @Nullable Integer fallback)
        throws VolumeFault {
      var name = Path.of(path).normalize();
      if (name.isAbsolute() || name.startsWith("..") || name.toString().isEmpty()) {
        throw new VolumeFault(volume, "the path " + path + " leads out of the volume");
      }
      var bits = mode != null ? mode : fallback != null ? fallback.intValue() : DEFAULT_MODE;
      files.put(name.toString(), new AtomicDirectory.File(content, bits));
    }

    String namespace() {
      return pod.getMetadata().getNamespace();
    }
  }

  private static boolean optional(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }

  private void projected(Target into, Volume volume) throws VolumeFault {
    var mode = volume.getProjected().getDefaultMode();
    for (var source : volume.getProjected().getSources()) {
      if (source.getConfigMap() != null) {
        var map = source.getConfigMap();
        configMap(into, map.getName(), map.getItems(), optional(map.getOptional()), mode);
      } else if (source.getSecret() != null) {
        var secret = source.getSecret();
        secret(into, secret.getName(), secret.getItems(), optional(secret.getOptional()), mode);
      } else if (source.getDownwardAPI() != null) {
        downward(into, source.getDownwardAPI().getItems(), mode);
      } else if (source.getServiceAccountToken() != null) {
        token(into, source.getServiceAccountToken(), mode);
      } else {
        throw new VolumeFault(into.volume(), "this agent does not know one of its sources");
      }
    }
  }

  private void configMap(
      Target into, String name, List<KeyToPath> items, boolean optional, @Nullable Integer mode)
      throws VolumeFault {
    var found = client.get(Resources.CONFIG_MAPS, new ObjectKey(into.namespace(), name));
    if (found.isEmpty() && !optional) {
      throw new VolumeFault(into.volume(), "configmap \"" + name + "\" not found");
    }
    var content = new TreeMap<String, byte[]>();
    found.ifPresent(
        map -> {
          var text = map.getData() == null ? Map.<String, String>of() : map.getData();
          text.forEach((key, value) -> content.put(key, value.getBytes(StandardCharsets.UTF_8)));
          decode(map.getBinaryData(), content);
        });
    keys(into, "configmap \"" + name + "\"", content, new Choice(items, optional, mode));
  }

  private void secret(
      Target into, String name, List<KeyToPath> items, boolean optional, @Nullable Integer mode)
      throws VolumeFault {
    var found = client.get(Resources.SECRETS, new ObjectKey(into.namespace(), name));
    if (found.isEmpty() && !optional) {
      throw new VolumeFault(into.volume(), "secret \"" + name + "\" not found");
    }
    var content = new TreeMap<String, byte[]>();
    found.ifPresent(secret -> decode(secret.getData(), content));
    keys(into, "secret \"" + name + "\"", content, new Choice(items, optional, mode));
  }

  private static void decode(@Nullable Map<String, String> encoded, Map<String, byte[]> content) {
    if (encoded != null) {
      encoded.forEach((key, value) -> content.put(key, Base64.getDecoder().decode(value)));
    }
  }

  /** Which keys a volume takes, and how. */
  private record Choice(List<KeyToPath> items, boolean optional, @Nullable Integer mode) {}

  private static void keys(Target into, String owner, Map<String, byte[]> content, Choice choice)
      throws VolumeFault {
    if (choice.items().isEmpty()) {
      for (var each : content.entrySet()) {
        into.put(each.getKey(), each.getValue(), null, choice.mode());
      }
      return;
    }
    for (var item : choice.items()) {
      var value = content.get(item.getKey());
      if (value != null) {
        into.put(item.getPath(), value, item.getMode(), choice.mode());
      } else if (!choice.optional()) {
        throw new VolumeFault(
            into.volume(), owner + " does not have the key \"" + item.getKey() + "\"");
      }
    }
  }

  private static void downward(
      Target into, List<DownwardAPIVolumeFile> items, @Nullable Integer mode) throws VolumeFault {
    for (var item : items) {
      try {
        var value =
            item.getFieldRef() != null
                ? DownwardValues.field(into.pod(), item.getFieldRef().getFieldPath())
                : DownwardValues.resource(into.pod(), item.getResourceFieldRef(), "");
        into.put(item.getPath(), value.getBytes(StandardCharsets.UTF_8), item.getMode(), mode);
      } catch (IllegalArgumentException e) {
        throw new VolumeFault(into.volume(), String.valueOf(e.getMessage()), e);
      }
    }
  }

  private void token(Target into, ServiceAccountTokenProjection source, @Nullable Integer mode)
      throws VolumeFault {
    var pod = into.pod();
    var place = pod.getMetadata().getUid() + "/" + into.volume() + "/" + source.getPath();
    var issued = tokenByPlace.get(place);
    if (issued == null || !clock.instant().isBefore(issued.renewAt())) {
      issued = issue(into, source);
      tokenByPlace.put(place, issued);
    }
    var bytes = issued.token().value().getBytes(StandardCharsets.UTF_8);
    into.put(source.getPath(), bytes, null, mode);
  }

  private IssuedToken issue(Target into, ServiceAccountTokenProjection source) throws VolumeFault {
    var pod = into.pod();
    var lifetime =
        source.getExpirationSeconds() == null
            ? DEFAULT_TOKEN_LIFETIME
            : Duration.ofSeconds(source.getExpirationSeconds());
    var audience = source.getAudience();
    var account = pod.getSpec().getServiceAccountName();
    try {
      var token =
          tokens.issue(
              new PodIdentity(
                  into.namespace(), pod.getMetadata().getName(), pod.getMetadata().getUid()),
              account == null || account.isEmpty() ? "default" : account,
              audience == null || audience.isEmpty() ? List.of() : List.of(audience),
              lifetime);
      var now = clock.instant();
      // Renewed after four fifths of its life, so that no program meets an expired one.
      var left = Duration.between(now, token.expires());
      return new IssuedToken(token, now.plus(left.multipliedBy(4).dividedBy(5)));
    } catch (ApiException e) {
      throw new VolumeFault(into.volume(), "no token: " + e.getMessage(), e);
    }
  }

  /** Forgets the tokens of a pod that is gone. */
  synchronized void forget(String podUid) {
    tokenByPlace.keySet().removeIf(place -> place.startsWith(podUid + "/"));
  }
}

package dev.nauarch.launcher.demo;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Applies files of manifests, with variables filled in, as {@code kubectl apply} would. */
final class Manifests {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ClusterClient client;

  Manifests(ClusterClient client) {
    this.client = client;
  }

  /** Applies every object of a file to the namespace {@code default}. */
  void apply(Path file, Map<String, String> valueByVariable) throws IOException {
    var text = Files.readString(file);
    for (var variable : valueByVariable.entrySet()) {
      text = text.replace("${" + variable.getKey() + "}", variable.getValue());
    }
    for (var document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      apply(JSON.valueToTree(document));
    }
  }

  /** Applies one object. */
  void apply(JsonNode object) {
    var name = object.at("/metadata/name").asString();
    client.patch(
        resource(object.path("apiVersion").asString(), object.path("kind").asString()),
        new ObjectKey("default", name),
        Patch.apply("nau-demo", object.toString()));
  }

  private static Resource<GenericKubernetesResource> resource(String apiVersion, String kind) {
    var slash = apiVersion.indexOf('/');
    return new Resource<>(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        apiVersion.substring(slash + 1),
        kind.toLowerCase(Locale.ROOT) + "s",
        kind,
        true,
        GenericKubernetesResource.class);
  }
}

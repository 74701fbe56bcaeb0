package dev.nauarch.nodeagent.image.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a registry has under a name: one image, or an index of several. */
public sealed interface Manifest {
  /** What a registry is asked for. */
  List<String> MEDIA_TYPES =
      List.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  /**
   * One image or artifact.
   *
   * @param config what describes it
   * @param layers what it is made of, the lowest first
   * @param artifactType what it is where it is no image; else empty
   */
  record Image(Descriptor config, List<Layer> layers, String artifactType) implements Manifest {

    /** Whether it is files for somebody, and no image to run. */
    public boolean isArtifact() {
      return !artifactType.isEmpty();
    }
  }

  /**
   * One layer.
   *
   * @param content its bytes
   * @param title the name of the file that it is; empty for a layer of an image
   */
  record Layer(Descriptor content, String title) {}

  /**
   * Images for several machines.
   *
   * @param entries in the order to choose from
   */
  record Index(List<Entry> entries) implements Manifest {

    /** An image and what it is for. */
    public record Entry(Descriptor manifest, String os, String architecture, String variant) {
      private String platform() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
      }
    }

    /**
     * The image for a machine.
     *
     * @param architecture in the words of images, for example {@code amd64}
     * @throws ImageFault where there is none
     */
    public Descriptor choose(String architecture, String image) throws ImageFault {
      return entries.stream()
          .filter(each -> each.os().equals("linux") && each.architecture().equals(architecture))
          // Without a variant it runs anywhere; v8 is what every 64-bit ARM is.
          .filter(each -> List.of("", "v1", "v8").contains(each.variant()))
          .findFirst()
          .map(Entry::manifest)
          .orElseThrow(
              () ->
                  new ImageFault(
                      ImageFault.Reason.UNSUPPORTED,
                      "image \"%s\" is not there for linux/%s, but for %s"
                          .formatted(
                              image,
                              architecture,
                              entries.stream().map(Entry::platform).distinct().toList())));
    }
  }

  /**
   * Reads one.
   *
   * @param mediaType what the registry says that it is; its own word goes before
   */
  static Manifest parse(byte[] bytes, String mediaType) throws ImageFault {
    try {
      var root = JsonMapper.shared().readTree(bytes);
      var type = root.path("mediaType").asString(mediaType);
      if (root.path("manifests").isArray()) {
        return index(root);
      }
      if (root.path("config").isObject() && root.path("layers").isArray()) {
        return image(root);
      }
      throw new ImageFault(
          ImageFault.Reason.UNSUPPORTED,
          "the registry gave a manifest of type \"" + type + "\"; supported are " + MEDIA_TYPES);
    } catch (JacksonException e) {
      throw new ImageFault(
          ImageFault.Reason.CORRUPT, "a manifest is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Index index(JsonNode root) throws ImageFault {
    var entries = new ArrayList<Index.Entry>();
    for (var each : root.path("manifests")) {
      var platform = each.path("platform");
      entries.add(
          new Index.Entry(
              Descriptor.of(each),
              platform.path("os").asString(""),
              platform.path("architecture").asString(""),
              platform.path("variant").asString("")));
    }
    return new Index(List.copyOf(entries));
  }

  private static Image image(JsonNode root) throws ImageFault {
    var config = Descriptor.of(root.path("config"));
    var isImage = ImageConfig.MEDIA_TYPES.contains(config.mediaType());
    var said = root.path("artifactType").asString("");
    var layers = new ArrayList<Layer>();
    for (var each : root.path("layers")) {
      var title = each.path("annotations").path("org.opencontainers.image.title").asString("");
      layers.add(new Layer(Descriptor.of(each), isImage ? "" : title));
    }
    return new Image(
        config, List.copyOf(layers), isImage ? "" : said.isEmpty() ? config.mediaType() : said);
  }

  /** This machine's architecture in the words of images. */
  static String architecture() {
    var names = new TreeMap<>(Map.of("x86_64", "amd64", "aarch64", "arm64"));
    var own = System.getProperty("os.arch");
    return Optional.ofNullable(names.get(own)).orElse(own);
  }
}

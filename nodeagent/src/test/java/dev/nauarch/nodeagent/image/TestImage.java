package dev.nauarch.nodeagent.image;

import com.github.luben.zstd.Zstd;
import dev.nauarch.nodeagent.image.registry.Manifest;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image of a test.
 *
 * @param blobs its content by digest
 * @param manifest what names it
 * @param mediaType what the manifest is
 */
public record TestImage(Map<String, byte[]> blobs, byte[] manifest, String mediaType) {
  private static final String OCI = "application/vnd.oci.image.";

  /** How a layer is packed. */
  public enum Packing {
    GZIP,
    ZSTD,
    NONE
  }

  /** An image of layers, the lowest first. */
  public static TestImage of(Map<String, Object> config, Packing packing, List<byte[]> layers) {
    return of(config, packing, layers, layers, Manifest.architecture());
  }

  /** An image whose config says of its layers what may not be so. */
  public static TestImage of(
      Map<String, Object> config,
      Packing packing,
      List<byte[]> layers,
      List<byte[]> said,
      String architecture) {
    var blobs = new LinkedHashMap<String, byte[]>();
    var descriptors = new ArrayList<Map<String, Object>>();
    for (var layer : layers) {
      var packed = pack(layer, packing);
      blobs.put(RegistryClient.digest(packed), packed);
      descriptors.add(descriptor(OCI + "layer.v1.tar", packed));
    }
    var whole =
        bytes(
            Map.of(
                "os",
                "linux",
                "architecture",
                architecture,
                "config",
                config,
                "rootfs",
                Map.of(
                    "type",
                    "layers",
                    "diff_ids",
                    said.stream().map(RegistryClient::digest).toList())));
    blobs.put(RegistryClient.digest(whole), whole);
    var type = OCI + "manifest.v1+json";
    var manifest =
        bytes(
            Map.of(
                "schemaVersion",
                2,
                "mediaType",
                type,
                "config",
                descriptor(OCI + "config.v1+json", whole),
                "layers",
                descriptors));
    return new TestImage(blobs, manifest, type);
  }

  /** An artifact of files by their names. */
  public static TestImage artifact(String kind, Map<String, String> textByName) {
    var blobs = new LinkedHashMap<String, byte[]>();
    var descriptors = new ArrayList<Map<String, Object>>();
    textByName.forEach(
        (name, text) -> {
          var content = text.getBytes(StandardCharsets.UTF_8);
          blobs.put(RegistryClient.digest(content), content);
          var descriptor = descriptor("text/plain", content);
          descriptor.put("annotations", Map.of("org.opencontainers.image.title", name));
          descriptors.add(descriptor);
        });
    var empty = "{}".getBytes(StandardCharsets.UTF_8);
    blobs.put(RegistryClient.digest(empty), empty);
    var type = OCI + "manifest.v1+json";
    var manifest =
        Map.of(
            "schemaVersion",
            2,
            "mediaType",
            type,
            "artifactType",
            kind,
            "config",
            descriptor("application/vnd.oci.empty.v1+json", empty),
            "layers",
            descriptors);
    return new TestImage(blobs, bytes(manifest), type);
  }

  /** Images for several machines; their content and manifests are among the blobs. */
  public static TestImage index(Map<String, TestImage> imageByArchitecture) {
    var blobs = new LinkedHashMap<String, byte[]>();
    var manifests = new ArrayList<Map<String, Object>>();
    imageByArchitecture.forEach(
        (architecture, image) -> {
          blobs.putAll(image.blobs());
          blobs.put(image.digest(), image.manifest());
          var descriptor = descriptor(image.mediaType(), image.manifest());
          descriptor.put("platform", Map.of("os", "linux", "architecture", architecture));
          manifests.add(descriptor);
        });
    var type = OCI + "index.v1+json";
    var index = bytes(Map.of("schemaVersion", 2, "mediaType", type, "manifests", manifests));
    return new TestImage(blobs, index, type);
  }

  /** The digest of its manifest. */
  public String digest() {
    return RegistryClient.digest(manifest);
  }

  private static Map<String, Object> descriptor(String mediaType, byte[] content) {
    var descriptor = new LinkedHashMap<String, Object>();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", RegistryClient.digest(content));
    descriptor.put("size", content.length);
    return descriptor;
  }

  private static byte[] bytes(Object value) {
    return JsonMapper.shared().writeValueAsBytes(value);
  }

  private static byte[] pack(byte[] layer, Packing packing) {
    return switch (packing) {
      case NONE -> layer;
      case ZSTD -> Zstd.compress(layer);
      case GZIP -> {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
          gzip.write(layer);
        } catch (IOException e) {
          throw new IllegalStateException("memory does not fail", e);
        }
        yield out.toByteArray();
      }
    };
  }
}

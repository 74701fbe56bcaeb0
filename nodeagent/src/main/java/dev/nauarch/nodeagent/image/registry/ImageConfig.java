package dev.nauarch.nodeagent.image.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How an image wants to be run.
 *
 * @param environment its variables
 * @param entrypoint its program, with arguments
 * @param command further arguments
 * @param workingDirectory where it starts; empty for the root
 * @param user name or number, with {@code :} and a group where it says one; empty for root
 * @param stopSignal the name or number of what it is stopped with; empty for none
 * @param volumes directories that hold data
 * @param layerDigests the digests of its layers, not compressed, the lowest first
 */
public record ImageConfig(
    Map<String, String> environment,
    List<String> entrypoint,
    List<String> command,
    String workingDirectory,
    String user,
    String stopSignal,
    List<String> volumes,
    List<String> layerDigests) {

  /** What an image's description may be called. */
  public static final List<String> MEDIA_TYPES =
      List.of(
          "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json");

  /** That of an artifact, which can't be run. */
  public static final ImageConfig NONE =
      new ImageConfig(Map.of(), List.of(), List.of(), "", "", "", List.of(), List.of());

  /**
   * Reads one.
   *
   * @throws ImageFault where it is broken, or of an image for other machines
   */
  public static ImageConfig parse(byte[] bytes, String architecture) throws ImageFault {
    try {
      var root = JsonMapper.shared().readTree(bytes);
      var os = root.path("os").asString("linux");
      var machine = root.path("architecture").asString(architecture);
      if (!os.equals("linux") || !machine.equals(architecture)) {
        throw new ImageFault(
            ImageFault.Reason.UNSUPPORTED,
            "the image is for " + os + "/" + machine + ", this machine is linux/" + architecture);
      }
      var config = root.path("config");
      var layers = words(root.path("rootfs").path("diff_ids"));
      if (!layers.stream().allMatch(Descriptor::isDigest)) {
        throw new ImageFault(ImageFault.Reason.CORRUPT, "the image names layers by " + layers);
      }
      return new ImageConfig(
          environment(config.path("Env")),
          words(config.path("Entrypoint")),
          words(config.path("Cmd")),
          config.path("WorkingDir").asString(""),
          config.path("User").asString("").strip(),
          config.path("StopSignal").asString("").strip(),
          config.path("Volumes").isObject()
              ? List.copyOf(config.path("Volumes").propertyNames())
              : List.of(),
          layers);
    } catch (JacksonException e) {
      throw new ImageFault(
          ImageFault.Reason.CORRUPT, "the image's config is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<String> words(JsonNode list) {
    var words = new ArrayList<String>();
    list.forEach(each -> words.add(each.asString("")));
    return List.copyOf(words);
  }

  private static Map<String, String> environment(JsonNode list) {
    var environment = new LinkedHashMap<String, String>();
    for (var each : words(list)) {
      var equals = each.indexOf('=');
      if (equals > 0) {
        environment.put(each.substring(0, equals), each.substring(equals + 1));
      }
    }
    return environment;
  }
}

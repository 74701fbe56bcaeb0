package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ImageService.ImageInfo;
import dev.nauarch.nodeagent.runtime.RuntimeFacts;
import dev.nauarch.nodeagent.runtime.RuntimeFacts.Handler;
import dev.nauarch.nodeagent.runtime.Sandbox;
import dev.nauarch.protocols.cri.ContainerState;
import dev.nauarch.protocols.cri.Image;
import dev.nauarch.protocols.cri.PodIP;
import dev.nauarch.protocols.cri.PodSandboxState;
import dev.nauarch.protocols.cri.PodSandboxStatus;
import dev.nauarch.protocols.cri.StatusResponse;
import dev.nauarch.protocols.cri.VersionResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what a runtime answers. Pure. */
final class Answers {
  private Answers() {}

  static RuntimeFacts info(VersionResponse version, StatusResponse status) {
    var handlers = new TreeMap<String, Handler>();
    for (var handler : status.getRuntimeHandlersList()) {
      var features = handler.getFeatures();
      handlers.put(
          handler.getName(),
          new Handler(features.getRecursiveReadOnlyMounts(), features.getUserNamespaces()));
    }
    handlers.putIfAbsent("", new Handler(false, false));
    var wanting = new ArrayList<String>();
    for (var condition : status.getStatus().getConditionsList()) {
      if (!condition.getStatus()) {
        wanting.add(
            "container runtime: %s is false: %s %s"
                .formatted(condition.getType(), condition.getReason(), condition.getMessage())
                .strip());
      }
    }
    return new RuntimeFacts(
        version.getRuntimeName(),
        version.getRuntimeVersion(),
        handlers,
        status.getFeatures().getSupplementalGroupsPolicy(),
        mountsImages(version),
        String.join("; ", wanting));
  }

  /** No answer tells of it: what is known is which version began to. */
  private static boolean mountsImages(VersionResponse version) {
    var numbers = version.getRuntimeVersion().replaceFirst("^v", "").split("[.+~-]", 3);
    try {
      var release = Integer.parseInt(numbers[0]) * 1000 + Integer.parseInt(numbers[1]);
      return switch (version.getRuntimeName()) {
        case "containerd" -> release >= 2_001;
        case "cri-o" -> release >= 1_031;
        default -> true;
      };
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return true;
    }
  }

  static Sandbox sandbox(PodSandboxStatus status) {
    var meta = status.getMetadata();
    var addresses = new ArrayList<String>();
    var first = status.getNetwork().getIp();
    if (!first.isEmpty()) {
      addresses.add(first);
    }
    status.getNetwork().getAdditionalIpsList().stream().map(PodIP::getIp).forEach(addresses::add);
    return new Sandbox(
        status.getId(),
        new PodIdentity(meta.getNamespace(), meta.getName(), meta.getUid()),
        meta.getAttempt(),
        status.getState() == PodSandboxState.SANDBOX_READY,
        List.copyOf(addresses),
        instant(status.getCreatedAt()));
  }

  /**
   * What has become of a container.
   *
   * @param sandboxId the sandbox it is in, which a status does not tell
   */
  static ContainerStatus container(
      dev.nauarch.protocols.cri.ContainerStatus status, String sandboxId) {
    var hasEnded = status.getState() == ContainerState.CONTAINER_EXITED;
    return new ContainerStatus(
        status.getId(),
        sandboxId,
        status.getLabelsOrDefault(Requests.POD_UID, ""),
        status.getMetadata().getName(),
        status.getMetadata().getAttempt(),
        new ContainerImage(status.getImage().getImage(), status.getImageRef()),
        switch (status.getState()) {
          case CONTAINER_CREATED -> ContainerStatus.State.CREATED;
          case CONTAINER_RUNNING -> ContainerStatus.State.RUNNING;
          default -> ContainerStatus.State.EXITED;
        },
        instant(status.getStartedAt()),
        hasEnded ? instant(status.getFinishedAt()) : Instant.EPOCH,
        status.getExitCode(),
        hasEnded ? status.getReason() : unknown(status.getState()),
        status.getMessage(),
        Path.of(status.getLogPath()));
  }

  private static String unknown(ContainerState state) {
    return state == ContainerState.CONTAINER_UNKNOWN ? "ContainerStatusUnknown" : "";
  }

  static ImageInfo image(Image image) {
    return new ImageInfo(
        image.getId(),
        List.copyOf(image.getRepoTagsList()),
        List.copyOf(image.getRepoDigestsList()),
        image.getSize(),
        image.getPinned(),
        image.hasUid() ? Optional.of(image.getUid().getValue()) : Optional.empty(),
        image.getUsername());
  }

  static Instant instant(long nanos) {
    return nanos <= 0 ? Instant.EPOCH : Instant.ofEpochSecond(0, nanos);
  }
}

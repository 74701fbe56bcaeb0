package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.ImageReference;
import dev.nauarch.nodeagent.runtime.ImageService.ImageInfo;
import dev.nauarch.nodeagent.runtime.ImageService.RegistryLogin;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.RuntimeFault.Reason;
import dev.nauarch.nodeagent.spec.PullSecrets;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the images of a pod's containers on the machine, as their policies want. */
final class PodImages {
  private static final Logger LOG = LoggerFactory.getLogger(PodImages.class);

  private final NodeContext node;
  private final Pod pod;

  PodImages(NodeContext node, Pod pod) {
    this.node = node;
    this.pod = pod;
  }

  /**
   * An image by which a container can be made.
   *
   * @throws RuntimeFault where it can't be had, with the reason that a waiting state shows
   */
  ImageInfo of(Container container, String handler) throws RuntimeFault {
    return of(container.getImage(), container.getImagePullPolicy(), handler);
  }

  /**
   * An image.
   *
   * @param asked as the pod's author wrote it
   * @param policy {@code Always}, {@code IfNotPresent} or {@code Never}
   */
  ImageInfo of(String asked, String policy, String handler) throws RuntimeFault {
    ImageReference name;
    try {
      name = ImageReference.parse(asked);
    } catch (ImageFault e) {
      throw new RuntimeFault(Reason.IMAGE_NAME, String.valueOf(e.getMessage()), e);
    }
    var present = node.runtime().images().find(asked);
    var mayStay = Objects.requireNonNullElse(policy, "IfNotPresent");
    if (present.isPresent() && !mayStay.equals("Always")) {
      tell("Pulled", "Container image \"" + asked + "\" already present on machine");
      return present.get();
    }
    if (mayStay.equals("Never")) {
      throw new RuntimeFault(
          Reason.IMAGE_NEVER,
          "Container image \"" + asked + "\" is not present with pull policy of Never");
    }
    return pull(asked, name, handler);
  }

  private ImageInfo pull(String asked, ImageReference name, String handler) throws RuntimeFault {
    tell("Pulling", "Pulling image \"" + asked + "\"");
    var begun = node.clock().instant();
    try {
      var reference = pull(asked, handler, logins(name));
      var took = Duration.between(begun, node.clock().instant());
      var image =
          node.runtime()
              .images()
              .find(reference)
              .orElseThrow(
                  () ->
                      new RuntimeFault(
                          Reason.IMAGE_INSPECT, reference + " is gone after it was pulled"));
      tell(
          "Pulled",
          "Successfully pulled image \"%s\" in %dms. Image size: %d bytes."
              .formatted(asked, took.toMillis(), image.bytes()));
      return image;
    } catch (RuntimeFault e) {
      throw new RuntimeFault(
          e.reason(), "failed to pull image \"" + asked + "\": " + e.getMessage(), e);
    }
  }

  /** Tries one login after the other, as Kubernetes' agent does. */
  private String pull(String asked, String handler, List<RegistryLogin> logins)
      throws RuntimeFault {
    var images = node.runtime().images();
    for (var login : logins.subList(0, Math.max(0, logins.size() - 1))) {
      try {
        return images.pull(asked, handler, Optional.of(login));
      } catch (RuntimeFault e) {
        LOG.debug("{} is not for {}", asked, login.server(), e);
      }
    }
    return images.pull(
        asked, handler, logins.isEmpty() ? Optional.empty() : Optional.of(logins.getLast()));
  }

  /** Who may ask this image's registry, by the pod's secrets. */
  private List<RegistryLogin> logins(ImageReference name) {
    var secrets = new ArrayList<Secret>();
    for (var reference : pod.getSpec().getImagePullSecrets()) {
      var key = new ObjectKey(pod.getMetadata().getNamespace(), reference.getName());
      try {
        node.client().get(Resources.SECRETS, key).ifPresent(secrets::add);
      } catch (ApiException e) {
        // As in Kubernetes the pull goes on: the image may be for anybody.
        LOG.warn("The pull secret {} can't be read: {}", key, e.getMessage());
      }
    }
    return PullSecrets.of(secrets, name);
  }

  private void tell(String reason, String message) {
    node.events().record(pod, "Normal", reason, message);
  }
}

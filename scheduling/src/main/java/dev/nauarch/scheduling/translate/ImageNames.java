package dev.nauarch.scheduling.translate;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Images by the names under which pods and nodes know them. */
final class ImageNames {

  /** No image is larger; so sums of sizes don't overflow. */
  private static final long BYTES_MAX = 1L << 50;

  private ImageNames() {}

  /** The images of a pod, one for each container. */
  static List<String> of(PodSpec spec) {
    var names = new ArrayList<String>();
    spec.getInitContainers().forEach(one -> add(names, image(one)));
    spec.getContainers().forEach(one -> add(names, image(one)));
    return names;
  }

  /** The images that a node has, under each of their names, with their sizes in bytes. */
  static SortedMap<String, Long> of(@Nullable NodeStatus status) {
    var sizes = new TreeMap<String, Long>();
    if (status != null && status.getImages() != null) {
      for (var image : status.getImages()) {
        var size = image.getSizeBytes() == null ? 0 : image.getSizeBytes();
        image.getNames().forEach(name -> sizes.put(name, Math.clamp(size, 0, BYTES_MAX)));
      }
    }
    return sizes;
  }

  private static String image(Container container) {
    return PodTranslation.orEmpty(container.getImage());
  }

  /** Adds a name as nodes say it, which always has a tag or a digest. */
  private static void add(List<String> names, String image) {
    var isTagged = image.lastIndexOf(':') > image.lastIndexOf('/');
    names.add(isTagged ? image : image + ":latest");
  }
}

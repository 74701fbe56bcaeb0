package dev.nauarch.nodeagent.image;

import dev.nauarch.nodeagent.image.registry.ImageConfig;
import java.util.List;

/**
 * An image on this machine.
 *
 * @param reference its full name, for example {@code docker.io/library/busybox:latest}
 * @param place its name without tag and digest
 * @param digest what the registry named it by: of an index where that was given
 * @param id the digest of its config, which is what it is known by
 * @param content the digests of all that came from the registry
 * @param chains its unpacked layers, the highest first
 * @param bytes what came from the registry, and would come again
 * @param artifactType what it is where it is no image to run; else empty
 * @param config how it wants to be run
 */
public record StoredImage(
    String reference,
    String place,
    String digest,
    String id,
    List<String> content,
    List<String> chains,
    long bytes,
    String artifactType,
    ImageConfig config) {

  /** Its name by digest, as a container's status shows it. */
  public String byDigest() {
    return place + "@" + digest;
  }
}

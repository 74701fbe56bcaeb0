package dev.nauarch.nodeagent.image.registry;

import tools.jackson.databind.JsonNode;

/**
 * What names a piece of content.
 *
 * @param mediaType what it is
 * @param digest for example {@code sha256:…}
 * @param size how many bytes it has
 */
public record Descriptor(String mediaType, String digest, long size) {
  private static final String FORM = "sha256:[0-9a-f]{64}";

  static Descriptor of(JsonNode node) throws ImageFault {
    var digest = node.path("digest").asString("");
    var size = node.path("size").asLong(-1);
    if (!isDigest(digest) || size < 0) {
      throw new ImageFault(
          ImageFault.Reason.UNSUPPORTED,
          "a manifest names content by \""
              + digest
              + "\" with size "
              + size
              + "; expected are sha256: with 64 digits, and a size");
    }
    return new Descriptor(node.path("mediaType").asString(""), digest, size);
  }

  /** Whether content can be named so. */
  public static boolean isDigest(String text) {
    return text.matches(FORM);
  }
}

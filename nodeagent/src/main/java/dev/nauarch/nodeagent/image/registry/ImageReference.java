package dev.nauarch.nodeagent.image.registry;

import java.util.regex.Pattern;

/**
 * The full name of an image.
 *
 * @param registry a host, with a port where it has one
 * @param repository for example {@code library/busybox}
 * @param tag empty where there is only a digest
 * @param digest for example {@code sha256:…}; empty where there is only a tag
 */
public record ImageReference(String registry, String repository, String tag, String digest) {
  private static final String DEFAULT_REGISTRY = "docker.io";
  private static final Pattern REPOSITORY =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern HOST =
      Pattern.compile("([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+])(:[0-9]{1,5})?");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int NAME_MAX = 255;

  /**
   * The image that a name means: {@code busybox} is {@code docker.io/library/busybox:latest}.
   *
   * @throws ImageFault where it can't be the name of an image
   */
  public static ImageReference parse(String name) throws ImageFault {
    var rest = name;
    var digest = "";
    var at = rest.indexOf('@');
    if (at >= 0) {
      digest = rest.substring(at + 1);
      rest = rest.substring(0, at);
    }
    var tag = "";
    var colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
      check(TAG, tag, name, "tag");
    }
    if (at >= 0) {
      check(DIGEST, digest, name, "digest");
    }
    var slash = rest.indexOf('/');
    var first = slash < 0 ? "" : rest.substring(0, slash);
    var isHost =
        first.contains(".")
            || first.contains(":")
            || first.equals("localhost")
            || hasCapital(first);
    var registry = isHost ? first : DEFAULT_REGISTRY;
    var repository = isHost ? rest.substring(slash + 1) : rest;
    if (registry.equals("index.docker.io")) {
      registry = DEFAULT_REGISTRY;
    }
    if (registry.equals(DEFAULT_REGISTRY) && !repository.contains("/")) {
      repository = "library/" + repository;
    }
    check(HOST, registry, name, "registry");
    check(REPOSITORY, repository, name, "repository");
    if (registry.length() + repository.length() >= NAME_MAX) {
      throw new ImageFault(
          ImageFault.Reason.NAME,
          "image name \"" + name + "\": at most " + NAME_MAX + " characters before its tag");
    }
    return new ImageReference(
        registry, repository, tag.isEmpty() && digest.isEmpty() ? "latest" : tag, digest);
  }

  private static boolean hasCapital(String text) {
    return text.chars().anyMatch(each -> each >= 'A' && each <= 'Z');
  }

  private static void check(Pattern pattern, String part, String name, String what)
      throws ImageFault {
    if (!pattern.matcher(part).matches()) {
      throw new ImageFault(
          ImageFault.Reason.NAME,
          "couldn't parse image name \"" + name + "\": \"" + part + "\" can't be a " + what);
    }
  }

  /** Where it comes from, without tag and digest. */
  public String place() {
    return registry + "/" + repository;
  }

  /** The same image by what it is. */
  public ImageReference at(String otherDigest) {
    return new ImageReference(registry, repository, "", otherDigest);
  }

  /** What a registry is asked for: the digest where there is one. */
  public String version() {
    return digest.isEmpty() ? tag : digest;
  }

  @Override
  public String toString() {
    return place() + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
  }
}

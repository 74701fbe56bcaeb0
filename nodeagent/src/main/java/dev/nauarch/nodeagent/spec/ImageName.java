package dev.nauarch.nodeagent.spec;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of an image without its tag, by the rules of container registries (OCI distribution, and
 * Docker's for what is left out).
 *
 * @param registry the host, for example {@code docker.io}
 * @param repository the path, for example {@code library/busybox}
 * @param digest the digest; empty for none
 */
public record ImageName(String registry, String repository, String digest) {
  private static final int NAME_MAX = 255;
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*|\\[[0-9a-fA-F:]+])(?::[0-9]+)?");
  private static final Pattern PATH =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final Pattern DIGEST =
      Pattern.compile("[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}");

  /**
   * Reads a name, for example {@code busybox} or {@code localhost:5000/team/app:v1}.
   *
   * @throws IllegalArgumentException where it can't be one
   */
  public static ImageName parse(String text) {
    var rest = text;
    var digest = "";
    var at = rest.indexOf('@');
    if (at >= 0) {
      digest = rest.substring(at + 1);
      rest = rest.substring(0, at);
    }
    var tag = "";
    var colon = rest.lastIndexOf(':');
    var hasTag = colon > rest.lastIndexOf('/');
    if (hasTag) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    var slash = rest.indexOf('/');
    var first = slash < 0 ? "" : rest.substring(0, slash);
    var hasHost =
        first.contains(".")
            || first.contains(":")
            || first.equals("localhost")
            || !first.equals(first.toLowerCase(Locale.ROOT));
    var registry = hasHost ? first : "docker.io";
    var repository = hasHost ? rest.substring(slash + 1) : rest;
    if (registry.equals("index.docker.io")) {
      registry = "docker.io";
    }
    if (registry.equals("docker.io") && !repository.contains("/")) {
      repository = "library/" + repository;
    }
    var isName =
        HOST.matcher(registry).matches()
            && PATH.matcher(repository).matches()
            && registry.length() + repository.length() < NAME_MAX
            && (!hasTag || TAG.matcher(tag).matches())
            && (at < 0 || DIGEST.matcher(digest).matches());
    if (!isName) {
      throw new IllegalArgumentException(
          "Failed to apply default image tag \""
              + text
              + "\": couldn't parse image name \""
              + text
              + "\": invalid reference format");
    }
    return new ImageName(registry, repository, digest);
  }
}

package dev.nauarch.launcher.home;

import dev.nauarch.launcher.home.KubeconfigFile.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a cluster's context into the user's kubeconfig and takes it out again. Which context was
 * current before is written down in the cluster's home.
 */
public final class ContextSwitch {

  private ContextSwitch() {}

  /** The key of cluster, user and context. */
  public static String key(String clusterName) {
    return "nau-" + clusterName;
  }

  /**
   * Adds the context and makes it current.
   *
   * @param file the kubeconfig to write
   * @return the context that was current before, where it was another
   */
  public static Optional<String> merge(ClusterHome home, Access access, Path file)
      throws IOException {
    var former = new KubeconfigFile(file).merge(access);
    if (former.isPresent()) {
      Files.writeString(formerFile(home), former.get());
    }
    return former;
  }

  /** Removes the context from every kubeconfig that kubectl would read. */
  public static void remove(
      ClusterHome home, ClusterHome.State state, Map<String, String> environment)
      throws IOException {
    var file = formerFile(home);
    var former =
        Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.<String>empty();
    for (var candidate : KubeconfigFile.candidates(environment)) {
      new KubeconfigFile(candidate).remove(key(state.name()), former);
    }
    Files.deleteIfExists(file);
  }

  private static Path formerFile(ClusterHome home) {
    return home.directory().resolve("former-context");
  }
}

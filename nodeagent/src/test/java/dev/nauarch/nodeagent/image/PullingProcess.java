package dev.nauarch.nodeagent.image;

import dev.nauarch.nodeagent.image.registry.RegistryLogin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** A process that fetches an image again and again, until it is killed. */
final class PullingProcess {
  private PullingProcess() {}

  /**
   * Fetches, uses and removes.
   *
   * @param arguments the store's directory and the image's name
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var directory = Path.of(arguments[0]);
    try (var store = ImageStore.open(directory, StoreOptions.DEFAULT, InstantSource.system())) {
      System.out.println("ready");
      while (true) {
        store.pull(arguments[1], RegistryLogin.NOBODY);
        store.use(arguments[1], "user");
        store.remove(arguments[1]);
        store.release("user");
      }
    }
  }
}

package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Takes an archive of an image into containerd, with its own command {@code ctr}. */
final class Import {
  private Import() {}

  static void run(Path socket, Path archive) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                "ctr",
                "--address",
                socket.toString(),
                "--namespace",
                "k8s.io",
                "images",
                "import",
                archive.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new RuntimeFault(
          RuntimeFault.Reason.SANDBOX, "ctr images import failed: " + said.strip());
    }
  }
}

package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The namespaces that the containers of a sandbox share. They are kept by mounting them on files,
 * so that no process has to stand by to hold them.
 *
 * @param directory the sandbox's directory
 * @param network the file of the network namespace; empty for the host's
 * @param ipc whether there is an IPC namespace of the sandbox's own
 */
record Namespaces(Path directory, Optional<Path> network, boolean ipc) {

  static Namespaces of(Path directory, ProcessSandbox sandbox) {
    return new Namespaces(directory, sandbox.place().namespace(), !sandbox.config().hostIpc());
  }

  private Path file(String kind) {
    return directory.resolve("ns-" + kind);
  }

  /** A directory that the sandbox's containers share as {@code /dev/shm}. */
  Path sharedMemory() {
    return ipc ? directory.resolve("shm") : Path.of("/dev/shm");
  }

  /** Makes them. */
  void create(String hostname) throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("shm"));
    var command = new ArrayList<String>();
    command.add("unshare");
    Files.createFile(file("uts"));
    command.add("--uts=" + file("uts"));
    if (ipc) {
      Files.createFile(file("ipc"));
      command.add("--ipc=" + file("ipc"));
    }
    var script = new StringBuilder("echo \"$1\" >/proc/sys/kernel/hostname");
    if (ipc) {
      script.append(" && mount -t tmpfs -o mode=1777 nauarch-shm \"$2\"");
    }
    command.addAll(List.of("sh", "-c", script.toString(), "sh", hostname));
    command.add(sharedMemory().toString());
    var outcome = Programs.run(command);
    if (outcome.code() != 0) {
      throw new RuntimeFault(
          RuntimeFault.Reason.SANDBOX, "making the namespaces failed: " + outcome.output());
    }
  }

  /** The words that enter them, up to the program to run inside. */
  List<String> enter() {
    var words = new ArrayList<String>();
    words.addAll(List.of("nsenter", LaunchScript.quote("--uts=" + file("uts"))));
    if (ipc) {
      words.add(LaunchScript.quote("--ipc=" + file("ipc")));
    }
    network.ifPresent(file -> words.add(LaunchScript.quote("--net=" + file)));
    return words;
  }

  /** Gives them back; what is not there is left out. */
  void remove() throws IOException, InterruptedException {
    for (var file : List.of(file("uts"), file("ipc"), directory.resolve("shm"))) {
      if (Files.exists(file)) {
        // A file that nothing is mounted on is fine: a sandbox may have been made half.
        Programs.run(List.of("umount", "--lazy", "--quiet", file.toString()));
        Files.deleteIfExists(file);
      }
    }
  }
}

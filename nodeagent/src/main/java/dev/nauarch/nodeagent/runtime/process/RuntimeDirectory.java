package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.image.layer.Trees;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** What is on disk of a runtime: its programs, and a directory for each sandbox. */
record RuntimeDirectory(Path path) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Writes the programs, and forgets what ran before the machine was started anew. */
  static RuntimeDirectory open(Path path) throws IOException {
    Files.createDirectories(path);
    for (var script : List.of("shim.sh", "enter.sh", "enter-image.sh")) {
      try (var in = RuntimeDirectory.class.getResourceAsStream(script)) {
        if (in == null) {
          throw new IllegalStateException("the program " + script + " is not in the jar");
        }
        Files.write(path.resolve(script), in.readAllBytes());
      }
    }
    var directory = new RuntimeDirectory(path.toAbsolutePath());
    directory.forgetAfterReboot();
    return directory;
  }

  private void forgetAfterReboot() throws IOException {
    var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
    var file = path.resolve("boot");
    if (Files.exists(file) && !Files.readString(file).equals(boot)) {
      try (var sandboxes = Files.newDirectoryStream(path, Files::isDirectory)) {
        for (var sandbox : sandboxes) {
          delete(sandbox);
        }
      }
    }
    Files.writeString(file, boot);
  }

  Path home(String sandboxId) {
    return path.resolve(sandboxId);
  }

  void save(ProcessSandbox sandbox) throws IOException {
    Files.write(home(sandbox.id()).resolve("sandbox.json"), JSON.writeValueAsBytes(sandbox));
  }

  /** The sandboxes that were saved. */
  List<ProcessSandbox> sandboxes() throws IOException {
    var found = new ArrayList<ProcessSandbox>();
    try (var all = Files.newDirectoryStream(path, Files::isDirectory)) {
      for (var each : all) {
        var file = each.resolve("sandbox.json");
        if (Files.exists(file)) {
          found.add(JSON.readValue(Files.readAllBytes(file), ProcessSandbox.class));
        }
      }
    }
    return found;
  }

  /** The directories of a sandbox's containers. */
  List<Path> containers(String sandboxId) throws IOException {
    var found = new ArrayList<Path>();
    try (var all = Files.newDirectoryStream(home(sandboxId), Files::isDirectory)) {
      for (var each : all) {
        if (Files.exists(each.resolve("config.json"))) {
          found.add(each);
        }
      }
    }
    return found;
  }

  static void delete(Path path) throws RuntimeFault {
    try {
      Trees.delete(path);
    } catch (IOException e) {
      throw new RuntimeFault(RuntimeFault.Reason.STATE, "deleting " + path + " failed: " + e, e);
    }
  }
}

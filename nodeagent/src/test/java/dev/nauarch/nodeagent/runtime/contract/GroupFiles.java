package dev.nauarch.nodeagent.runtime.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the kernel has of a container's groups, of version 1. */
record GroupFiles(String pod, String container) {

  String read(String controller, String file) throws IOException {
    var group = Path.of("/sys/fs/cgroup", controller, pod);
    try (var all = Files.list(group)) {
      // A runtime may name the group after the container's id, or the end of it.
      var own =
          all.filter(Files::isDirectory)
              .filter(each -> container.endsWith(each.getFileName().toString()))
              .findFirst()
              .orElseThrow();
      return Files.readString(own.resolve(file)).strip();
    }
  }
}

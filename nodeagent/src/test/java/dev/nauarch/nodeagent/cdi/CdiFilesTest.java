package dev.nauarch.nodeagent.cdi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CdiFilesTest {
  private static final String GPU =
      """
      cdiVersion: "0.6.0"
      kind: example.com/gpu
      containerEdits:
        env: ["DRIVER=1.2"]
        mounts:
        - {hostPath: /usr/lib/driver, containerPath: /opt/driver, options: [ro, bind]}
      devices:
      - name: "0"
        containerEdits:
          env: ["GPU_0=yes"]
          additionalGids: [44]
          deviceNodes: [{path: /dev/gpu0, hostPath: /dev/null}]
      - name: "1"
        containerEdits:
          deviceNodes: [{path: /dev/gpu1, permissions: rw}]
      """;

  @TempDir Path folder;
  private Path etc = Path.of("/");
  private Path run = Path.of("/");

  @BeforeEach
  void make() throws IOException {
    etc = Files.createDirectories(folder.resolve("etc"));
    run = Files.createDirectories(folder.resolve("run"));
  }

  private CdiEdits edits(String... names) throws IOException {
    return new CdiFiles(List.of(etc, run)).edits(List.of(names));
  }

  private String failure(String... names) {
    return String.valueOf(assertThrows(IOException.class, () -> edits(names)).getMessage());
  }

  @Test
  void devicesBringTheirOwnEditsAndThoseOfTheirFileOnce() throws IOException {
    Files.writeString(etc.resolve("gpu.yaml"), GPU);
    var edits = edits("example.com/gpu=0", "example.com/gpu=1");
    assertEquals(Map.of("DRIVER", "1.2", "GPU_0", "yes"), edits.environment());
    assertEquals(
        List.of(
            new CdiEdits.Node("/dev/null", "/dev/gpu0", "rwm"),
            new CdiEdits.Node("/dev/gpu1", "/dev/gpu1", "rw")),
        edits.nodes());
    assertEquals(
        List.of(new CdiEdits.Mount("/usr/lib/driver", "/opt/driver", true)), edits.mounts());
    assertEquals(List.of(44L), edits.groups());
  }

  @Test
  void theLaterFolderCountsAndTwoFilesOfOneFolderDoNot() throws IOException {
    Files.writeString(etc.resolve("gpu.yaml"), GPU);
    Files.writeString(
        run.resolve("gpu.json"),
        """
        {"cdiVersion":"1.0.0","kind":"example.com/gpu",
         "devices":[{"name":"0","containerEdits":{"env":["FROM=run"]}}]}
        """);
    assertEquals(Map.of("FROM", "run"), edits("example.com/gpu=0").environment());
    assertEquals(Map.of("DRIVER", "1.2"), edits("example.com/gpu=1").environment());
    Files.writeString(etc.resolve("again.yaml"), GPU);
    assertTrue(failure("example.com/gpu=1").contains("again.yaml"));
  }

  @Test
  void whatIsNotDescribedIsSaidWithTheFilesThatCanNotBeRead() throws IOException {
    Files.writeString(etc.resolve("gpu.yaml"), GPU.replace("0.6.0", "7.0.0"));
    Files.writeString(etc.resolve("torn.json"), "{");
    var failure = failure("example.com/gpu=0");
    assertTrue(failure.startsWith("unresolvable CDI device \"example.com/gpu=0\""), failure);
    assertTrue(failure.contains("its cdiVersion is \"7.0.0\""), failure);
    assertTrue(failure.contains("torn.json"), failure);
    assertTrue(failure("gpu0").contains("is no CDI device"));
  }

  @Test
  void hooksAreTold() throws IOException {
    Files.writeString(
        etc.resolve("gpu.json"),
        """
        {"cdiVersion":"1.1.0","kind":"example.com/gpu","devices":[{"name":"0","containerEdits":
         {"hooks":[{"hookName":"createContainer","path":"/usr/bin/hook","args":["hook"]}]}}]}
        """);
    assertEquals(List.of("createContainer /usr/bin/hook"), edits("example.com/gpu=0").hooks());
  }
}

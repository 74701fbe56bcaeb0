package dev.nauarch.launcher.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.launcher.home.KubeconfigFile.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigFileTest {
  private static final Access ACCESS =
      new Access("nau-dev", "https://127.0.0.1:6443", "AUTHORITY", "CERTIFICATE", "KEY");
  private static final String FOREIGN =
      """
      apiVersion: v1
      kind: Config
      preferences: {}
      clusters:
      - name: gke-prod
        cluster:
          server: https://example.org
          extensions: [{name: a, extension: {b: 1}}]
      users:
      - name: gke-prod
        user: {token: secret}
      contexts:
      - name: gke-prod
        context: {cluster: gke-prod, user: gke-prod, namespace: team}
      current-context: gke-prod
      something-else: kept
      """;

  @TempDir Path directory;

  @Test
  void aMissingFileIsMadeForItsOwnerAlone() throws IOException {
    var file = directory.resolve("a/b/config");
    assertEquals(Optional.empty(), new KubeconfigFile(file).merge(ACCESS));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    var text = Files.readString(file);
    assertTrue(text.contains("current-context: nau-dev"), text);
    assertTrue(text.contains("client-key-data: S0VZ"), text);
    assertFalse(Files.exists(Path.of(file + ".lock")));
  }

  @Test
  void whatIsThereStaysAndComesBackAsCurrent() throws IOException {
    var file = directory.resolve("config");
    Files.writeString(file, FOREIGN);
    var config = new KubeconfigFile(file);
    assertEquals(Optional.of("gke-prod"), config.merge(ACCESS));
    assertEquals(Optional.empty(), config.merge(ACCESS));
    var merged = Files.readString(file);
    for (var kept :
        new String[] {"extension:", "token: secret", "namespace: team", "something-else: kept"}) {
      assertTrue(merged.contains(kept), merged);
    }
    assertEquals(1, merged.split("name: nau-dev", -1).length / 3, merged);
    assertTrue(config.remove("nau-dev", Optional.of("gke-prod")));
    var removed = Files.readString(file);
    assertFalse(removed.contains("nau-dev"), removed);
    assertTrue(removed.contains("current-context: gke-prod"), removed);
    assertFalse(config.remove("nau-dev", Optional.empty()));
  }

  @Test
  void aFileThatIsNoKubeconfigIsRefusedAndLeftAlone() throws IOException {
    var file = directory.resolve("config");
    Files.writeString(file, "- a list\n");
    assertThrows(IOException.class, () -> new KubeconfigFile(file).merge(ACCESS));
    assertEquals("- a list\n", Files.readString(file));
    assertFalse(Files.exists(Path.of(file + ".lock")));
  }

  @Test
  void theFileToWriteIsTheFirstThatExistsElseTheLast() throws IOException {
    var second = Files.createFile(directory.resolve("second"));
    var listed = directory.resolve("first") + ":" + second + ":" + directory.resolve("third");
    assertEquals(second, KubeconfigFile.target(Map.of("KUBECONFIG", listed)));
    Files.delete(second);
    assertEquals(directory.resolve("third"), KubeconfigFile.target(Map.of("KUBECONFIG", listed)));
    assertEquals(
        Path.of("/home/ana/.kube/config"), KubeconfigFile.target(Map.of("HOME", "/home/ana")));
  }
}

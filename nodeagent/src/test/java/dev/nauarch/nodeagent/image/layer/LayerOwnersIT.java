package dev.nauarch.nodeagent.image.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.nodeagent.image.TestLayer;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only root can write. */
final class LayerOwnersIT {
  /** CAP_SETUID, whose byte is no text. */
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000280000000000000000000000000000000");

  @TempDir Path directory;

  @Test
  void ownersDevicesAndCapabilitiesAreWritten() throws Exception {
    var tar =
        new TestLayer()
            .owner(1234, 5678)
            .directory("home/", 0700)
            .record("SCHILY.xattr.security.capability", CAPABILITY)
            .record("SCHILY.xattr.user.note", "kept")
            .record("SCHILY.xattr.user.overlay.opaque", "y")
            .record("SCHILY.xattr.trusted.overlay.redirect", "/etc")
            .file("home/program", 06755, new byte[] {1})
            .link("home/link", "program")
            .node('3', "null", 1, 3)
            .tar();
    var limits = new LayerLimits(directory, 1, 100);
    var layer = Files.createDirectory(directory.resolve("layer"));
    LayerWriter.write(new ByteArrayInputStream(tar), layer, List.of(), limits, true);
    var program = layer.resolve("home/program");
    assertEquals(1234, Files.getAttribute(program, "unix:uid"));
    assertEquals(5678, Files.getAttribute(layer.resolve("home"), "unix:gid"));
    assertEquals(06755, (int) Files.getAttribute(program, "unix:mode") & 07777);
    assertEquals(
        1234,
        Files.getAttribute(
            layer.resolve("home/link"), "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS));
    assertEquals(0x103L, Files.getAttribute(layer.resolve("null"), "unix:rdev"));
    var attributes = attributes(program);
    assertArrayEquals(new String[] {"security.capability", "user.note"}, attributes);
    assertEquals("setuid", capability(program));
    // Without root the same layer belongs to whoever unpacks it, and has no devices.
    var other = Files.createDirectory(directory.resolve("other"));
    LayerWriter.write(new ByteArrayInputStream(tar), other, List.of(), limits, false);
    assertEquals(0, Files.getAttribute(other.resolve("home/program"), "unix:uid"));
    assertFalse(Files.exists(other.resolve("null")));
  }

  private static String[] attributes(Path path) throws Exception {
    return run("import os,sys; print(*sorted(os.listxattr(sys.argv[1])))", path).split(" ", -1);
  }

  private static String capability(Path path) throws Exception {
    return run(
        "import os,sys; v=os.getxattr(sys.argv[1],'security.capability');"
            + " print('setuid' if v[4]==0x80 else v.hex())",
        path);
  }

  private static String run(String script, Path path) throws Exception {
    var process = new ProcessBuilder("python3", "-c", script, path.toString()).start();
    return new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }
}

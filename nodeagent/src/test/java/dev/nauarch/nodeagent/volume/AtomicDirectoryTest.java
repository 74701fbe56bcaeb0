package dev.nauarch.nodeagent.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
  @TempDir Path directory;

  private boolean write(String... namesAndContents) throws IOException {
    var files = new TreeMap<String, AtomicDirectory.File>();
    for (var i = 0; i < namesAndContents.length; i += 2) {
      var content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
      files.put(namesAndContents[i], new AtomicDirectory.File(content, 0640));
    }
    return new AtomicDirectory(directory).write(files);
  }

  @Test
  void filesAreReadThroughOneLinkThatTurnsAtOnce() throws IOException {
    assertTrue(write("a", "1", "deep/b", "2"));
    assertEquals("1", Files.readString(directory.resolve("a")));
    assertEquals("2", Files.readString(directory.resolve("deep/b")));
    assertTrue(Files.isSymbolicLink(directory.resolve("a")));
    assertEquals(
        "rw-r-----",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a"))));
    var before = Files.readSymbolicLink(directory.resolve("..data"));
    assertTrue(write("a", "one", "c", "3"));
    assertEquals("one", Files.readString(directory.resolve("a")));
    assertEquals("3", Files.readString(directory.resolve("c")));
    assertFalse(Files.exists(directory.resolve("deep"), LinkOption.NOFOLLOW_LINKS));
    assertFalse(Files.exists(directory.resolve(before)), "the old files are still there");
  }

  @Test
  void nothingIsTouchedWhereNothingHasChanged() throws IOException {
    assertTrue(write("a", "1"));
    var before = Files.readSymbolicLink(directory.resolve("..data"));
    assertFalse(write("a", "1"));
    assertEquals(before, Files.readSymbolicLink(directory.resolve("..data")));
  }
}

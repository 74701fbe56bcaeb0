package dev.nauarch.nodeagent.image.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.image.TestLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of layers, of those too that want to be written elsewhere. */
final class LayerWriterTest {
  @TempDir Path directory;
  private final List<Path> layers = new ArrayList<>();

  private Path write(byte[] tar) throws IOException {
    return write(tar, new LayerLimits(directory, 1, 1000));
  }

  /** Writes one more layer, over those that were written before. */
  private Path write(byte[] tar, LayerLimits limits) throws IOException {
    var target = Files.createDirectories(directory.resolve("store/" + layers.size()));
    LayerWriter.write(new ByteArrayInputStream(tar), target, List.copyOf(layers), limits, false);
    layers.addFirst(target);
    return target;
  }

  private static String message(Executable executable) {
    return String.valueOf(assertThrows(IOException.class, executable).getMessage());
  }

  private Path merged() throws Exception {
    var target = Files.createDirectory(directory.resolve("merged"));
    Trees.merge(layers, target);
    return target;
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void filesLinksAndDirectoriesComeOutAsTheyAre() throws Exception {
    var layer =
        write(
            new TestLayer()
                .directory("./a/", 0750)
                .file("./a/file", 0640, "text".getBytes(StandardCharsets.UTF_8))
                .hardLink("a/other", "a/file")
                .link("a/link", "/nowhere/else")
                .node('6', "a/pipe", 0, 0)
                .file("deep/er/file", "x")
                .directory("closed/", 0500)
                .file("closed/in", "y")
                .file("/absolute", "z")
                .tar());
    assertEquals("text", Files.readString(layer.resolve("a/other")));
    assertEquals(2, Files.getAttribute(layer.resolve("a/file"), "unix:nlink"));
    assertEquals("rw-r-----", rights(layer.resolve("a/file")));
    assertEquals("rwxr-x---", rights(layer.resolve("a")));
    assertEquals("r-x------", rights(layer.resolve("closed")));
    assertEquals(Path.of("/nowhere/else"), Files.readSymbolicLink(layer.resolve("a/link")));
    assertEquals("z", Files.readString(layer.resolve("absolute")));
    assertEquals(
        1_700_000_000L, Files.getLastModifiedTime(layer.resolve("a")).toInstant().getEpochSecond());
    Trees.delete(layer);
    assertFalse(Files.exists(layer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "a/../../out", "./../out", "/../out", "a/.."})
  void namesThatLeadOutAreRefused(String name) throws Exception {
    var message = message(() -> write(new TestLayer().file(name, "x").tar()));
    assertTrue(message.contains("leads to a parent directory"), message);
    assertFalse(Files.exists(directory.resolve("out")));
    assertFalse(Files.exists(directory.resolve("store/out")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "../..", "/../../..", "../../../../../../../.."})
  void linksLeadNowhereButIntoTheLayer(String up) throws Exception {
    var outside = directory.toString().substring(1);
    var target = up.endsWith("/") ? up + outside : up + "/" + outside;
    var layer =
        write(
            new TestLayer()
                .link("door", target)
                .directory(outside, 0755)
                .file("door/written", "x")
                .hardLink("door/again", "door/written")
                .tar());
    assertFalse(Files.exists(directory.resolve("written")));
    assertEquals("x", Files.readString(layer.resolve(outside).resolve("written")));
    assertEquals("x", Files.readString(layer.resolve(outside).resolve("again")));
  }

  @Test
  void aFileInPlaceOfALinkLeavesItsTargetAlone() throws Exception {
    var victim = Files.writeString(directory.resolve("victim"), "mine");
    var layer =
        write(
            new TestLayer()
                .link("name", victim.toString())
                .file("name", "theirs")
                .link("dir", directory.toString())
                .directory("dir/", 0700)
                .file("dir/victim", "theirs")
                .tar());
    assertEquals("mine", Files.readString(victim));
    assertEquals("theirs", Files.readString(layer.resolve("name")));
    assertEquals("theirs", Files.readString(layer.resolve("dir/victim")));
  }

  @Test
  void whatIsBrokenOrTooMuchIsRefused() throws Exception {
    Files.writeString(directory.resolve("secret"), "s");
    var secret = directory.resolve("secret").toString();
    assertTrue(
        message(() -> write(new TestLayer().hardLink("mine", secret).tar()))
            .contains("no directory"));
    assertTrue(
        message(() -> write(new TestLayer().link("l", "/l").file("l/x", "").tar()))
            .contains("more than 40 links"));
    var cut = new TestLayer().file("a", "text").cut();
    assertTrue(
        message(() -> write(Arrays.copyOf(cut, cut.length - 1))).contains("ends within an entry"));
    var bad = new TestLayer().file("a", "text").tar();
    bad[3] ^= 1;
    assertTrue(message(() -> write(bad)).contains("wrong checksum"));
    assertTrue(
        message(() -> write(new TestLayer().entry('Z', "a", 0, "", new byte[0]).tar()))
            .contains("not known"));
    assertTrue(
        message(() -> write(new TestLayer().file(".wh.a/b", "x").tar())).contains("hides others"));
    assertTrue(
        message(() -> write(new TestLayer().node('3', "hides", 0, 0).tar())).contains("0/0"));
    var many = new TestLayer();
    for (var i = 0; i < 11; i++) {
      many.directory("d" + i, 0755);
    }
    assertTrue(
        message(() -> write(many.tar(), new LayerLimits(directory, 1, 10))).contains("10 entries"));
    var room = new LayerLimits(directory, Long.MAX_VALUE, 1000);
    var large = new TestLayer().file("large", 0644, new byte[20 << 20]).tar();
    assertTrue(message(() -> write(large, room)).contains("no room is left"));
    var huge = new TestLayer();
    huge.bytes(huge.header('0', "huge", 0644, "", 1L << 32));
    assertTrue(message(() -> write(huge.tar())).contains("ends within an entry"));
  }

  @Test
  void whatALayerHidesIsHiddenAndNothingElse() throws Exception {
    write(
        new TestLayer()
            .directory("keep/", 0755)
            .file("keep/old", "old")
            .file("keep/stays", "stays")
            .directory("empty/", 0755)
            .file("empty/one", "1")
            .file("empty/sub/two", "2")
            .directory("turned/", 0755)
            .file("turned/deep", "3")
            .directory("again/", 0755)
            .file("again/before", "4")
            .directory("sticky/", 01777)
            .tar());
    write(
        new TestLayer()
            .file("keep/.wh.old", "")
            .file("empty/sub/new", "new")
            .file("empty/.wh..wh..opq", "")
            .file(".wh.turned", "")
            .file("turned", "now a file")
            .file(".wh.again", "")
            .directory("again/", 0755)
            .file("again/after", "5")
            .file(".wh.never-was", "")
            .file("sticky/mine", "6")
            .tar());
    // The rights of a directory that a layer does not speak of are those below it.
    assertEquals(
        01777, (int) Files.getAttribute(layers.getFirst().resolve("sticky"), "unix:mode") & 07777);
    assertFalse(Files.exists(layers.getFirst().resolve("never-was"), LinkOption.NOFOLLOW_LINKS));
    var merged = merged();
    assertFalse(Files.exists(merged.resolve("keep/old"), LinkOption.NOFOLLOW_LINKS));
    assertEquals("stays", Files.readString(merged.resolve("keep/stays")));
    assertEquals(List.of("sub"), names(merged.resolve("empty")));
    assertEquals(List.of("new"), names(merged.resolve("empty/sub")));
    assertEquals("now a file", Files.readString(merged.resolve("turned")));
    assertEquals(List.of("after"), names(merged.resolve("again")));
  }

  private static List<String> names(Path path) throws IOException {
    try (var files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--format=posix",
        "--format=posix --sparse-version=0.0",
        "--format=posix --sparse-version=0.1",
        "--format=oldgnu"
      })
  void archivesOfTheTarProgramComeOutTheSame(String format) throws Exception {
    var source = Files.createDirectory(directory.resolve("source"));
    var longName = "long-".repeat(30) + "name";
    Files.writeString(source.resolve(longName), "long");
    Files.createSymbolicLink(source.resolve("link"), Path.of("target-".repeat(20)));
    try (var sparse = new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
      for (var i = 0; i < 40; i++) {
        sparse.seek(i * (1L << 20));
        sparse.writeBytes("part " + i);
      }
      sparse.setLength(100L << 20);
    }
    var archive = directory.resolve("archive.tar");
    var command = new ArrayList<>(List.of("tar", "-S", "-cf", archive.toString()));
    command.addAll(List.of(format.split(" ", -1)));
    command.addAll(List.of("-C", source.toString(), "."));
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    var layer = write(Files.readAllBytes(archive));
    assertEquals("long", Files.readString(layer.resolve(longName)));
    assertEquals(Path.of("target-".repeat(20)), Files.readSymbolicLink(layer.resolve("link")));
    assertEquals(-1, Files.mismatch(source.resolve("sparse"), layer.resolve("sparse")));
    assertTrue(
        Files.size(archive) < 5 << 20, "the archive holds the holes: " + Files.size(archive));
  }

  @Test
  void namesAreBytes() throws Exception {
    var name = new String(new byte[] {'n', (byte) 0xff, (byte) 0xe4}, StandardCharsets.ISO_8859_1);
    write(new TestLayer().directory("d/", 0755).file("d/" + name, "bytes").tar());
    write(new TestLayer().file("d/.wh." + name, "").tar());
    var merged = merged();
    assertEquals(List.of(), names(merged.resolve("d")));
    Trees.delete(directory.resolve("store"));
    assertFalse(Files.exists(directory.resolve("store")));
  }
}

package dev.nauarch.apiserver.audit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that is put aside under a name of its time when it is full. Used by one thread.
 */
final class AuditFile implements AutoCloseable {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

  private final AuditOptions options;
  private final InstantSource clock;
  private @Nullable OutputStream out;
  private long bytes;

  AuditFile(AuditOptions options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Opens the file where it is not, so that a wrong path is told at the start. */
  void open() throws IOException {
    if (out != null) {
      return;
    }
    var file = options.log().toAbsolutePath();
    var folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    if (Files.notExists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    bytes = Files.size(file);
    out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND), 1 << 16);
  }

  void write(byte[] line) throws IOException {
    if (bytes > 0 && bytes + line.length > options.bytesMax()) {
      putAside();
    }
    open();
    var opened = out;
    if (opened != null) {
      opened.write(line);
      bytes += line.length;
    }
  }

  void flush() throws IOException {
    var opened = out;
    if (opened != null) {
      opened.flush();
    }
  }

  /** After a failure what is buffered may be lost, and the file is opened anew. */
  void abandon() {
    var opened = out;
    out = null;
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (IOException e) {
      // It has failed before, and that was told.
      bytes = 0;
    }
  }

  private void putAside() throws IOException {
    close();
    var file = options.log().toAbsolutePath();
    Files.move(file, file.resolveSibling(aside(clock.instant())));
    removeOld();
  }

  private String aside(Instant now) {
    var name = String.valueOf(options.log().getFileName());
    int dot = name.lastIndexOf('.');
    var stem = dot > 0 ? name.substring(0, dot) : name;
    return stem + "-" + TIME.format(now) + (dot > 0 ? name.substring(dot) : "");
  }

  private void removeOld() throws IOException {
    var files = new ArrayList<Path>();
    var name = String.valueOf(options.log().getFileName());
    int dot = name.lastIndexOf('.');
    var stem = dot > 0 ? name.substring(0, dot) : name;
    var ending = dot > 0 ? name.substring(dot) : "";
    var folder = options.log().toAbsolutePath().resolveSibling("");
    try (var all = Files.newDirectoryStream(folder, stem + "-*" + ending)) {
      all.forEach(files::add);
    }
    files.sort(Comparator.comparing(Path::toString).reversed());
    for (var old : old(files)) {
      Files.deleteIfExists(old);
    }
  }

  private List<Path> old(List<Path> newestFirst) throws IOException {
    var old = new ArrayList<Path>();
    for (int i = 0; i < newestFirst.size(); i++) {
      var isTooMany = options.filesMax() > 0 && i >= options.filesMax();
      var written = Files.getLastModifiedTime(newestFirst.get(i)).toInstant();
      var isTooOld =
          !options.ageMax().isZero() && written.isBefore(clock.instant().minus(options.ageMax()));
      if (isTooMany || isTooOld) {
        old.add(newestFirst.get(i));
      }
    }
    return old;
  }

  @Override
  public void close() throws IOException {
    var opened = out;
    out = null;
    bytes = 0;
    if (opened != null) {
      opened.close();
    }
  }
}

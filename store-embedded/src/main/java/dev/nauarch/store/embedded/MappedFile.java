package dev.nauarch.store.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file, mapped for reading until it is closed. */
record MappedFile(Path path, MemorySegment content, Arena arena) implements Closeable {

  static MappedFile open(Path path) throws IOException {
    var arena = Arena.ofConfined();
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      var content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, content, arena);
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}

package dev.nauarch.nodeagent.image.layer;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much one layer may become. Written by one thread.
 *
 * <p>What a layer says of its size means nothing before it is unpacked, so the room that is left is
 * looked at again and again while it is.
 */
public final class LayerLimits {
  private static final long BYTES_BETWEEN_LOOKS = 16L << 20;

  private final FileStore disk;
  private final long bytesKeptFree;
  private final long entriesMax;
  private long entries;
  private long bytesSinceLook;

  /**
   * @param place a directory on the disk that the layer is written to
   * @param bytesKeptFree how much room has to be left on it
   * @param entriesMax how many files, directories and links the layer may have
   */
  public LayerLimits(Path place, long bytesKeptFree, long entriesMax) throws IOException {
    this.disk = Files.getFileStore(place);
    this.bytesKeptFree = bytesKeptFree;
    this.entriesMax = entriesMax;
  }

  void countEntry() throws IOException {
    if (++entries > entriesMax) {
      throw new IOException("the layer has more than " + entriesMax + " entries");
    }
    // Small files take room as well: a block each, on most disks.
    countBytes(4096);
  }

  void countBytes(long count) throws IOException {
    bytesSinceLook += count;
    if (bytesSinceLook >= BYTES_BETWEEN_LOOKS) {
      bytesSinceLook = 0;
      check();
    }
  }

  /**
   * Looks at the room that is left.
   *
   * @throws IOException where it is less than has to stay free
   */
  public void check() throws IOException {
    var free = disk.getUsableSpace();
    if (free < bytesKeptFree) {
      throw new IOException(
          "no room is left: the disk has "
              + free
              + " bytes free, "
              + bytesKeptFree
              + " have to stay free");
    }
  }
}

package dev.nauarch.nodeagent.image;

import dev.nauarch.nodeagent.image.registry.Descriptor;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * Content by its digest. What was fetched in part is gone on with, by the next attempt or the next
 * process; all of it is held against its digest before it counts.
 */
final class BlobStore {
  private static final int BUFFER_BYTES = 1 << 17;

  /** An attempt that got so far is not held against a registry. */
  private static final long GOOD_PROGRESS_BYTES = 1 << 20;

  private static final Duration PART_LIFE = Duration.ofDays(1);

  private final Path blobs;
  private final Path parts;
  private final Flights<String, Path> flights = new Flights<>();

  BlobStore(Path directory, InstantSource clock) throws IOException {
    this.blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
    this.parts = Files.createDirectories(directory.resolve("ingest"));
    DurableFiles.removeUnfinished(blobs);
    var oldest = clock.instant().minus(PART_LIFE);
    try (var files = Files.newDirectoryStream(parts)) {
      for (var file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
          Files.delete(file);
        }
      }
    }
  }

  Path path(String digest) {
    return blobs.resolve(hex(digest));
  }

  private static String hex(String digest) {
    return digest.substring(digest.indexOf(':') + 1);
  }

  boolean has(String digest) {
    return Files.exists(path(digest));
  }

  /** Keeps bytes whose digest is known. */
  void put(String digest, byte[] bytes) throws IOException {
    if (!has(digest)) {
      DurableFiles.write(path(digest), bytes);
    }
  }

  void remove(String digest) throws IOException {
    Files.deleteIfExists(path(digest));
  }

  /** The digests of all content. */
  Iterable<String> digests() throws IOException {
    try (var files = Files.list(blobs)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.length() == 64)
          .map(name -> "sha256:" + name)
          .toList();
    }
  }

  /**
   * Fetches content that is not there.
   *
   * @param progress told how many bytes have come, below zero where some came in vain
   */
  Path fetch(RegistryClient client, Descriptor blob, LongConsumer progress)
      throws IOException, InterruptedException {
    return flights.join(
        blob.digest(),
        () -> {
          if (has(blob.digest())) {
            progress.accept(blob.size());
          } else {
            fetchAll(client, blob, progress);
          }
          return path(blob.digest());
        });
  }

  private void fetchAll(RegistryClient client, Descriptor blob, LongConsumer progress)
      throws IOException, InterruptedException {
    var part = parts.resolve(hex(blob.digest()));
    var before = Files.exists(part) ? Files.size(part) : 0;
    if (before >= blob.size()) {
      Files.deleteIfExists(part);
      before = 0;
    }
    progress.accept(before);
    for (var attempt = 1; ; attempt++) {
      try {
        fetchRest(client, blob, part, progress);
        return;
      } catch (ImageFault e) {
        throw e;
      } catch (IOException e) {
        var now = Files.exists(part) ? Files.size(part) : 0;
        if (now - before >= GOOD_PROGRESS_BYTES) {
          attempt = 1;
        }
        before = now;
        client.pauseOrFail(attempt, e);
      }
    }
  }

  private void fetchRest(RegistryClient client, Descriptor blob, Path part, LongConsumer progress)
      throws IOException, InterruptedException {
    var digest = RegistryClient.sha256();
    try (var file =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var have = digest(file, digest);
      var stream = client.blob(blob, have);
      try (var bytes = stream.bytes()) {
        if (stream.offset() != have) {
          progress.accept(-have);
          digest.reset();
        }
        file.truncate(stream.offset());
        file.position(stream.offset());
        copy(bytes, file, blob, digest, progress);
      }
      file.force(true);
    }
    var found = "sha256:" + HexFormat.of().formatHex(digest.digest());
    if (!found.equals(blob.digest())) {
      Files.delete(part);
      throw new ImageFault(
          ImageFault.Reason.CORRUPT,
          "the registry gave content with digest " + found + ", asked for was " + blob.digest());
    }
    DurableFiles.move(part, path(blob.digest()));
  }

  private static long digest(FileChannel file, MessageDigest digest) throws IOException {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (file.read(buffer) >= 0) {
      digest.update(buffer.flip());
      buffer.clear();
    }
    return file.position();
  }

  private static void copy(
      InputStream in,
      FileChannel file,
      Descriptor blob,
      MessageDigest digest,
      LongConsumer progress)
      throws IOException {
    var bytes = new byte[BUFFER_BYTES];
    for (var count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      if (file.position() + count > blob.size()) {
        throw new ImageFault(
            ImageFault.Reason.CORRUPT,
            blob.digest() + " has more than the " + blob.size() + " bytes that its manifest says");
      }
      digest.update(bytes, 0, count);
      for (var buffer = ByteBuffer.wrap(bytes, 0, count); buffer.hasRemaining(); ) {
        file.write(buffer);
      }
      progress.accept(count);
    }
    if (file.position() < blob.size()) {
      throw new IOException(
          blob.digest() + " ends after " + file.position() + " of " + blob.size() + " bytes");
    }
  }
}

package dev.nauarch.nodeagent.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.nauarch.nodeagent.image.layer.LayerLimits;
import dev.nauarch.nodeagent.image.layer.LayerWriter;
import dev.nauarch.nodeagent.image.layer.Trees;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Unpacked layers, each once for what is below it: a chain is the digest of a layer and of all
 * below it. Directories have short names, since the kernel takes a page of them and no more.
 */
final class LayerStore {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int PEEK_BYTES = 4;

  private final Path layers;
  private final Path chains;
  private final boolean asRoot;
  private final StoreOptions options;
  private final AtomicLong lastNumber = new AtomicLong();
  private final Flights<String, Path> flights = new Flights<>();

  LayerStore(Path directory, StoreOptions options) throws IOException {
    this.layers = Files.createDirectories(directory.resolve("layers"));
    this.chains = Files.createDirectories(directory.resolve("chains"));
    this.options = options;
    this.asRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    DurableFiles.removeUnfinished(chains);
    removeUnnamed();
  }

  /** Removes layers that were being unpacked, or removed, when a process was killed. */
  private void removeUnnamed() throws IOException {
    var named = new TreeSet<String>();
    for (var chain : chains()) {
      named.add(number(chain));
    }
    try (var found = Files.newDirectoryStream(layers)) {
      for (var layer : found) {
        var name = layer.getFileName().toString();
        if (!named.contains(name)) {
          Trees.delete(layer);
        } else {
          lastNumber.accumulateAndGet(Long.parseLong(name), Math::max);
        }
      }
    }
  }

  private String number(String chain) throws IOException {
    return Files.readString(chains.resolve(hex(chain)));
  }

  private static String hex(String digest) {
    return digest.substring(digest.indexOf(':') + 1);
  }

  /** The chain of a layer upon another chain; empty for the lowest. */
  static String chain(String below, String layer) {
    return below.isEmpty()
        ? layer
        : RegistryClient.digest((below + " " + layer).getBytes(StandardCharsets.US_ASCII));
  }

  /** All chains that are unpacked. */
  List<String> chains() throws IOException {
    try (var files = Files.list(chains)) {
      return files.map(file -> "sha256:" + file.getFileName()).toList();
    }
  }

  /** Where a chain's highest layer is; empty where it is not unpacked. */
  Optional<Path> find(String chain) throws IOException {
    return Files.exists(chains.resolve(hex(chain)))
        ? Optional.of(layers.resolve(number(chain)))
        : Optional.empty();
  }

  /** Where the layers of chains are. */
  List<Path> paths(List<String> wanted) throws IOException {
    var paths = new ArrayList<Path>();
    for (var chain : wanted) {
      paths.add(layers.resolve(number(chain)));
    }
    return paths;
  }

  /** What fills the directory of a new layer. */
  interface Filling {
    void into(Path directory) throws IOException;
  }

  /** The directory of a chain's highest layer; it is filled where it is not there. */
  Path make(String chain, Filling filling) throws IOException, InterruptedException {
    return flights.join(
        chain,
        () -> {
          var known = find(chain);
          if (known.isPresent()) {
            return known.get();
          }
          var directory = layers.resolve(String.valueOf(lastNumber.incrementAndGet()));
          try {
            filling.into(Files.createDirectory(directory));
          } catch (IOException | RuntimeException e) {
            Trees.delete(directory);
            throw e;
          }
          var name = directory.getFileName().toString();
          DurableFiles.write(chains.resolve(hex(chain)), name.getBytes(StandardCharsets.US_ASCII));
          return directory;
        });
  }

  /**
   * Unpacks a layer.
   *
   * @param digest its digest, not compressed
   * @param below the chains of the layers below it, the highest first
   */
  Path unpack(String chain, String digest, Path archive, List<String> below)
      throws IOException, InterruptedException {
    return make(
        chain,
        directory -> {
          var sum = RegistryClient.sha256();
          try (var in = new DigestInputStream(decompressed(archive), sum)) {
            var limits = new LayerLimits(layers, options.bytesKeptFree(), options.entriesMax());
            limits.check();
            LayerWriter.write(in, directory, paths(below), limits, asRoot);
          } catch (ImageFault e) {
            throw e;
          } catch (IOException e) {
            throw new ImageFault(
                ImageFault.Reason.CORRUPT,
                "unpacking the layer " + digest + " failed: " + e.getMessage(),
                e);
          }
          var found = "sha256:" + HexFormat.of().formatHex(sum.digest());
          if (!found.equals(digest)) {
            throw new ImageFault(
                ImageFault.Reason.CORRUPT,
                "a layer has the digest " + found + ", its image says " + digest);
          }
        });
  }

  private static InputStream decompressed(Path archive) throws IOException {
    var file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES);
    try {
      file.mark(PEEK_BYTES);
      var first = file.readNBytes(PEEK_BYTES);
      file.reset();
      // By what it is: registries hold layers whose media type says something else.
      var mark = HexFormat.of().formatHex(first);
      return mark.startsWith("1f8b")
          ? new GZIPInputStream(file, BUFFER_BYTES)
          : mark.equals("28b52ffd") ? new ZstdInputStreamNoFinalizer(file) : file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  void remove(String chain) throws IOException {
    var directory = find(chain);
    // First the name: what has none does not count, and goes at the next start.
    Files.deleteIfExists(chains.resolve(hex(chain)));
    if (directory.isPresent()) {
      Trees.delete(directory.get());
    }
  }
}

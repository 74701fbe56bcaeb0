package dev.nauarch.nodeagent.image;

import dev.nauarch.nodeagent.image.registry.Descriptor;
import dev.nauarch.nodeagent.image.registry.ImageConfig;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.ImageReference;
import dev.nauarch.nodeagent.image.registry.Manifest;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Fetches one image. What it needs is not removed while it runs. */
final class Pull {
  private static final int FETCHES_AT_ONCE = 3;
  private static final long CONFIG_BYTES_MAX = 8 << 20;
  private static final int LAYERS_MAX = 127;

  private final ImageReference reference;
  private final RegistryClient client;
  private final BlobStore blobs;
  private final LayerStore layers;
  private final Object sweeping;
  private final Set<String> needed = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytesDone = new AtomicLong();
  private final AtomicLong bytesTotal = new AtomicLong();

  /**
   * @param sweeping held by whoever removes what nobody needs
   */
  Pull(
      ImageReference reference,
      RegistryClient client,
      BlobStore blobs,
      LayerStore layers,
      Object sweeping) {
    this.sweeping = sweeping;
    this.reference = reference;
    this.client = client;
    this.blobs = blobs;
    this.layers = layers;
  }

  /** What must not be removed now. */
  Set<String> needed() {
    return needed;
  }

  /** What is there now of these stays from here on. */
  private void need(Collection<String> digests) {
    synchronized (sweeping) {
      needed.addAll(digests);
    }
  }

  /** How far it has come. */
  PullProgress progress() {
    return new PullProgress(reference.toString(), bytesDone.get(), bytesTotal.get());
  }

  StoredImage run() throws IOException, InterruptedException {
    var content = new ArrayList<String>();
    var first = client.manifest(reference.version());
    keep(first, content);
    var manifest = Manifest.parse(first.bytes(), first.mediaType());
    if (manifest instanceof Manifest.Index index) {
      var chosen = index.choose(Manifest.architecture(), reference.toString());
      var own = client.manifest(chosen.digest());
      keep(own, content);
      manifest = Manifest.parse(own.bytes(), own.mediaType());
    }
    if (!(manifest instanceof Manifest.Image image)) {
      throw new ImageFault(
          ImageFault.Reason.UNSUPPORTED, "\"" + reference + "\" is an index within an index");
    }
    if (image.layers().size() > LAYERS_MAX) {
      throw new ImageFault(
          ImageFault.Reason.UNSUPPORTED,
          "\"%s\" has %d layers, at most %d"
              .formatted(reference, image.layers().size(), LAYERS_MAX));
    }
    bytesTotal.set(image.config().size());
    image.layers().forEach(layer -> bytesTotal.addAndGet(layer.content().size()));
    return image.isArtifact()
        ? artifact(image, first.digest(), content)
        : image(image, first.digest(), content);
  }

  private void keep(RegistryClient.Content manifest, List<String> content) throws IOException {
    need(List.of(manifest.digest()));
    content.add(manifest.digest());
    blobs.put(manifest.digest(), manifest.bytes());
  }

  private StoredImage image(Manifest.Image image, String digest, List<String> content)
      throws IOException, InterruptedException {
    if (image.config().size() > CONFIG_BYTES_MAX) {
      throw new ImageFault(
          ImageFault.Reason.UNSUPPORTED,
          "the config of \"" + reference + "\" has more than " + CONFIG_BYTES_MAX + " bytes");
    }
    var bytes = Files.readAllBytes(fetch(image.config()));
    var config = ImageConfig.parse(bytes, Manifest.architecture());
    if (config.layerDigests().size() != image.layers().size()) {
      throw new ImageFault(
          ImageFault.Reason.CORRUPT,
          "\"%s\" has %d layers in its manifest and %d in its config"
              .formatted(reference, image.layers().size(), config.layerDigests().size()));
    }
    var chains = new ArrayList<String>();
    for (var each : config.layerDigests()) {
      chains.add(LayerStore.chain(chains.isEmpty() ? "" : chains.getLast(), each));
    }
    need(chains);
    unpackEach(image, chains, config.layerDigests());
    return stored(image, digest, content, List.copyOf(chains).reversed(), config);
  }

  /** Fetches some layers at once, and unpacks them in their order. */
  private void unpackEach(Manifest.Image image, List<String> chains, List<String> digests)
      throws IOException, InterruptedException {
    var seats = new Semaphore(FETCHES_AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        var fetches = new ArrayList<Future<Optional<Path>>>();
        for (var i = 0; i < chains.size(); i++) {
          var blob = image.layers().get(i).content();
          var chain = chains.get(i);
          fetches.add(threads.submit(() -> fetchUnlessUnpacked(blob, chain, seats)));
        }
        for (var i = 0; i < chains.size(); i++) {
          var archive = fetches.get(i).get();
          if (archive.isPresent()) {
            var below = List.copyOf(chains.subList(0, i)).reversed();
            layers.unpack(chains.get(i), digests.get(i), archive.get(), below);
          }
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private Optional<Path> fetchUnlessUnpacked(Descriptor blob, String chain, Semaphore seats)
      throws IOException, InterruptedException {
    if (layers.find(chain).isPresent()) {
      bytesDone.addAndGet(blob.size());
      return Optional.empty();
    }
    seats.acquire();
    try {
      return Optional.of(fetch(blob));
    } finally {
      seats.release();
    }
  }

  private Path fetch(Descriptor blob) throws IOException, InterruptedException {
    need(List.of(blob.digest()));
    return blobs.fetch(client, blob, bytesDone::addAndGet);
  }

  /** An artifact's files become the one layer of an image that can be mounted and not be run. */
  private StoredImage artifact(Manifest.Image image, String digest, List<String> content)
      throws IOException, InterruptedException {
    var chain = content.getLast();
    need(List.of(chain));
    var files = new ArrayList<Path>();
    for (var layer : image.layers()) {
      files.add(fetch(layer.content()));
    }
    layers.make(
        chain,
        directory -> {
          for (var i = 0; i < files.size(); i++) {
            var title = image.layers().get(i).title();
            var name = title.isEmpty() ? files.get(i).getFileName().toString() : title;
            var target = directory.resolve(name).normalize();
            if (!target.startsWith(directory) || target.equals(directory)) {
              throw new ImageFault(
                  ImageFault.Reason.UNSUPPORTED,
                  "\"" + reference + "\" has a file with the name \"" + name + "\"");
            }
            Files.createDirectories(target.getParent());
            Files.copy(files.get(i), target);
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
          }
        });
    return stored(image, digest, content, List.of(chain), ImageConfig.NONE);
  }

  private StoredImage stored(
      Manifest.Image image,
      String digest,
      List<String> manifests,
      List<String> chains,
      ImageConfig config) {
    var content = new ArrayList<>(manifests);
    content.add(image.config().digest());
    image.layers().forEach(layer -> content.add(layer.content().digest()));
    // An artifact's config is empty, and the same for many.
    var id = image.isArtifact() ? manifests.getLast() : image.config().digest();
    return new StoredImage(
        reference.toString(),
        reference.place(),
        digest,
        id,
        content,
        chains,
        bytesTotal.get(),
        image.artifactType(),
        config);
  }
}

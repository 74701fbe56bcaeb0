package dev.nauarch.nodeagent.image;

import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.image.registry.ImageReference;
import dev.nauarch.nodeagent.image.registry.RegistryClient;
import dev.nauarch.nodeagent.image.registry.RegistryLogin;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The images on this machine. Methods may be called by any thread and block. One process at a time
 * has a store; it may be killed at any moment, and the next one finds all that was finished.
 */
public final class ImageStore implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory;
  private final Path images;
  private final Path uses;
  private final FileChannel lock;
  private final StoreOptions options;
  private final InstantSource clock;
  private final BlobStore blobs;
  private final LayerStore layers;
  private final Flights<Wanted, StoredImage> flights = new Flights<>();
  private final Set<Pull> pulls = ConcurrentHashMap.newKeySet();

  /** An image as somebody wants it: who asks is part of it, since a registry may refuse others. */
  private record Wanted(ImageReference reference, RegistryLogin login) {}

  /** What is kept of somebody who uses an image. */
  private record Used(String user, StoredImage image) {}

  private ImageStore(Path directory, FileChannel lock, StoreOptions options, InstantSource clock)
      throws IOException {
    this.directory = directory;
    this.lock = lock;
    this.options = options;
    this.clock = clock;
    this.images = Files.createDirectories(directory.resolve("images"));
    this.uses = Files.createDirectories(directory.resolve("uses"));
    DurableFiles.removeUnfinished(images);
    DurableFiles.removeUnfinished(uses);
    this.blobs = new BlobStore(directory, clock);
    this.layers = new LayerStore(directory, options);
  }

  /**
   * Opens a store.
   *
   * @throws IOException also where another process has it
   */
  public static ImageStore open(Path directory, StoreOptions options, InstantSource clock)
      throws IOException {
    Files.createDirectories(directory);
    var lock =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) {
        throw new IOException("another process uses the images in " + directory);
      }
      return new ImageStore(directory, lock, options, clock);
    } catch (OverlappingFileLockException e) {
      lock.close();
      throw new IOException("this process uses the images in " + directory + " already", e);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** A file's name for what may hold any characters. */
  private static String fileName(String text) {
    var digest = RegistryClient.digest(text.getBytes(StandardCharsets.UTF_8));
    return digest.substring(digest.indexOf(':') + 1) + ".json";
  }

  /**
   * Fetches an image, also where one of that name is there: its tag may mean another one now. What
   * is there of it already does not come again.
   */
  public StoredImage pull(String name, RegistryLogin login)
      throws IOException, InterruptedException {
    var reference = ImageReference.parse(name);
    return flights.join(new Wanted(reference, login), () -> fetch(reference, login));
  }

  private StoredImage fetch(ImageReference reference, RegistryLogin login)
      throws IOException, InterruptedException {
    try (var client = new RegistryClient(options.registries(), reference, login)) {
      var pull = new Pull(reference, client, blobs, layers, this);
      pulls.add(pull);
      try {
        var image = pull.run();
        synchronized (this) {
          DurableFiles.write(
              images.resolve(fileName(image.reference())), JSON.writeValueAsBytes(image));
          touch(image.reference());
        }
        return image;
      } finally {
        pulls.remove(pull);
      }
    }
  }

  private void touch(String reference) throws IOException {
    Files.setLastModifiedTime(images.resolve(fileName(reference)), FileTime.from(clock.instant()));
  }

  /** How far the images have come that are being fetched. */
  public List<PullProgress> progress() {
    return pulls.stream().map(Pull::progress).toList();
  }

  /** All images, in the order of their names. */
  public synchronized List<StoredImage> list() throws IOException {
    var found = new ArrayList<StoredImage>();
    try (var files = Files.newDirectoryStream(images, "*.json")) {
      for (var file : files) {
        found.add(JSON.readValue(Files.readAllBytes(file), StoredImage.class));
      }
    }
    found.sort(Comparator.comparing(StoredImage::reference));
    return found;
  }

  /** An image by its name, its id, or its name by digest. */
  public synchronized Optional<StoredImage> find(String name) throws IOException {
    if (name.startsWith("sha256:")) {
      return list().stream().filter(image -> image.id().equals(name)).findFirst();
    }
    var reference = ImageReference.parse(name);
    var file = images.resolve(fileName(reference.toString()));
    if (Files.exists(file)) {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), StoredImage.class));
    }
    return list().stream()
        .filter(image -> image.byDigest().equals(reference.toString()))
        .findFirst();
  }

  /** When an image was fetched or used last. */
  public Instant lastUsed(StoredImage image) throws IOException {
    return Files.getLastModifiedTime(images.resolve(fileName(image.reference()))).toInstant();
  }

  /**
   * Has an image's layers stay until they are released, also where the image is removed.
   *
   * @param user who uses it, for example a container's id; uses one image at a time
   * @throws ImageFault where it is not there
   */
  public synchronized StoredImage use(String name, String user) throws IOException {
    var image =
        find(name)
            .orElseThrow(
                () ->
                    new ImageFault(
                        ImageFault.Reason.NOT_FOUND,
                        "image \"" + name + "\" is not on this machine"));
    DurableFiles.write(uses.resolve(fileName(user)), JSON.writeValueAsBytes(new Used(user, image)));
    touch(image.reference());
    return image;
  }

  /** Lets go of what somebody uses; nothing happens where that is nothing. */
  public synchronized void release(String user) throws IOException {
    if (Files.deleteIfExists(uses.resolve(fileName(user)))) {
      sweep();
    }
  }

  /** Lets go of what is used by others than these: those whose end nobody heard of. */
  public synchronized void retainUsers(Set<String> users) throws IOException {
    for (var used : used()) {
      if (!users.contains(used.user())) {
        Files.deleteIfExists(uses.resolve(fileName(used.user())));
      }
    }
    sweep();
  }

  private List<Used> used() throws IOException {
    var found = new ArrayList<Used>();
    try (var files = Files.newDirectoryStream(uses, "*.json")) {
      for (var file : files) {
        found.add(JSON.readValue(Files.readAllBytes(file), Used.class));
      }
    }
    return found;
  }

  /** Where an image's layers are, the highest first. */
  public List<Path> layers(StoredImage image) throws IOException {
    return layers.paths(image.chains());
  }

  /** The directory that all layers are in. */
  public Path layerDirectory() {
    return directory.resolve("layers");
  }

  /**
   * Removes an image: by its id with all its names, else that name. What other images or users need
   * stays; nothing happens where it is not there.
   */
  public synchronized void remove(String name) throws IOException {
    var isId = name.startsWith("sha256:");
    var reference = isId ? "" : ImageReference.parse(name).toString();
    for (var image : list()) {
      if (isId ? image.id().equals(name) : image.reference().equals(reference)) {
        Files.delete(images.resolve(fileName(image.reference())));
      }
    }
    sweep();
  }

  /** Removes what nobody needs. */
  private void sweep() throws IOException {
    var content = new HashSet<String>();
    var chains = new HashSet<String>();
    for (var image : list()) {
      content.addAll(image.content());
      chains.addAll(image.chains());
    }
    for (var used : used()) {
      chains.addAll(used.image().chains());
    }
    for (var pull : pulls) {
      content.addAll(pull.needed());
      chains.addAll(pull.needed());
    }
    for (var chain : layers.chains()) {
      if (!chains.contains(chain)) {
        layers.remove(chain);
      }
    }
    for (var digest : blobs.digests()) {
      if (!content.contains(digest)) {
        blobs.remove(digest);
      }
    }
  }

  /** What all images take on the disk. */
  public DiskUse use() throws IOException {
    return DiskUse.below(directory);
  }

  /** Gives the store to whoever comes next. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}

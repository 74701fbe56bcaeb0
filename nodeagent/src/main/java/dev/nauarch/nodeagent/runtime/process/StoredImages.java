package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.image.ImageStore;
import dev.nauarch.nodeagent.image.StoredImage;
import dev.nauarch.nodeagent.image.registry.ImageFault;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.ImageService;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.RuntimeFault.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The images of the process runtime: those of its store, and {@code host}. */
final class StoredImages implements ImageService {
  /** The image that is this machine's own file system. */
  static final String HOST = "host";

  private static final ImageInfo HOST_INFO =
      new ImageInfo(HOST, List.of(HOST), List.of(), 0, true, Optional.of(0L), "");

  private final ImageStore store;

  /** Whether a container is made of an image, and not of this machine's own file system. */
  static boolean isStored(ContainerImage image) {
    return !image.reference().equals(HOST);
  }

  StoredImages(ImageStore store) {
    this.store = store;
  }

  @Override
  public String pull(String name, String handler, Optional<RegistryLogin> login)
      throws RuntimeFault {
    if (name.equals(HOST)) {
      return HOST;
    }
    try {
      return store.pull(name, login.map(StoredImages::login).orElse(NOBODY)).byDigest();
    } catch (ImageFault e) {
      throw fault(e, Reason.IMAGE_PULL);
    } catch (IOException e) {
      throw new RuntimeFault(Reason.IMAGE_PULL, String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RuntimeFault(Reason.IMAGE_PULL, "the agent is shutting down", e);
    }
  }

  private static final dev.nauarch.nodeagent.image.registry.RegistryLogin NOBODY =
      dev.nauarch.nodeagent.image.registry.RegistryLogin.NOBODY;

  private static dev.nauarch.nodeagent.image.registry.RegistryLogin login(RegistryLogin login) {
    return new dev.nauarch.nodeagent.image.registry.RegistryLogin(
        login.user(), login.password(), login.identityToken(), login.registryToken());
  }

  private static RuntimeFault fault(ImageFault e, Reason usual) {
    return new RuntimeFault(
        e.reason() == ImageFault.Reason.NAME ? Reason.IMAGE_NAME : usual,
        String.valueOf(e.getMessage()),
        e);
  }

  @Override
  public Optional<ImageInfo> find(String name) throws RuntimeFault {
    if (name.equals(HOST)) {
      return Optional.of(HOST_INFO);
    }
    try {
      return store.find(name).map(StoredImages::info);
    } catch (ImageFault e) {
      throw fault(e, Reason.IMAGE_INSPECT);
    } catch (IOException e) {
      throw new RuntimeFault(Reason.IMAGE_INSPECT, String.valueOf(e.getMessage()), e);
    }
  }

  private static ImageInfo info(StoredImage image) {
    var user = image.config().user().replaceFirst(":.*", "");
    var isNumber = user.matches("[0-9]{1,10}");
    return new ImageInfo(
        image.byDigest(),
        List.of(image.reference()),
        List.of(image.byDigest()),
        image.bytes(),
        false,
        isNumber ? Optional.of(Long.parseLong(user)) : Optional.empty(),
        isNumber ? "" : user);
  }

  @Override
  public List<ImageInfo> list() throws RuntimeFault {
    try {
      var all = new ArrayList<ImageInfo>();
      all.add(HOST_INFO);
      store.list().forEach(image -> all.add(info(image)));
      return all;
    } catch (IOException e) {
      throw new RuntimeFault(Reason.IMAGE_INSPECT, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void remove(String id) throws RuntimeFault {
    if (id.equals(HOST)) {
      return;
    }
    try {
      for (var image : store.list()) {
        if (image.byDigest().equals(id)) {
          store.remove(image.reference());
        }
      }
    } catch (IOException e) {
      throw new RuntimeFault(Reason.STATE, "removing image " + id + " failed: " + e, e);
    }
  }

  @Override
  public Use use() throws RuntimeFault {
    try {
      var use = store.use();
      return new Use(store.layerDirectory().toString(), use.bytes(), use.inodes());
    } catch (IOException e) {
      throw new RuntimeFault(Reason.STATE, String.valueOf(e.getMessage()), e);
    }
  }
}

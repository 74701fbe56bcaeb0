package dev.nauarch.nodeagent.volume;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Removes this node's folders of volumes that are deleted: of those whose reclaim policy is Delete;
 * a folder of any other stays where it is. The volume itself goes once that is done.
 */
public final class LocalFolders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFolders.class);
  private static final Duration QUIET = Duration.ofMillis(50);
  private static final Duration RETRY = Duration.ofSeconds(10);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ClusterClient client;
  private final String node;
  private final ChangeSignal changed = new ChangeSignal();
  private final Informer<PersistentVolume> volumes;
  private final Thread thread;

  private LocalFolders(ClusterClient client, String node) {
    this.client = client;
    this.node = node;
    this.volumes =
        Informer.start(client, Resources.PERSISTENT_VOLUMES, Selection.ALL, changed.listener());
    this.thread = Thread.ofVirtual().name("local-folders").start(this::run);
  }

  /**
   * Starts to look after the folders.
   *
   * @param client may list, watch and change volumes
   * @param node the host name of this node
   */
  public static LocalFolders start(ClusterClient client, String node) {
    return new LocalFolders(client, node);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (removeAll()) {
          changed.await(QUIET);
        } else {
          changed.await(QUIET, RETRY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether nothing is left to try again. */
  private boolean removeAll() {
    var isDone = true;
    for (var volume : volumes.all()) {
      if (LocalVolume.awaitsFolder(volume) && LocalVolume.isOn(volume, node)) {
        isDone &= release(volume);
      }
    }
    return isDone;
  }

  private boolean release(PersistentVolume volume) {
    var name = volume.getMetadata().getName();
    try {
      if ("Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
        removeFolder(volume);
      }
      letGo(volume);
      return true;
    } catch (IOException e) {
      LOG.warn("The folder of volume {} can't be removed", name, e);
    } catch (ApiException e) {
      if (e.reason() == ApiException.Reason.NOT_FOUND) {
        return true;
      }
      LOG.warn("Volume {} is not let go: {}", name, e.getMessage());
    }
    return false;
  }

  /** A folder is named after its volume; any other path is somebody else's. */
  private static void removeFolder(PersistentVolume volume) throws IOException {
    var source = volume.getSpec().getHostPath();
    var isFolder = source != null && LocalVolume.isOurs(volume);
    if (isFolder && Path.of(source.getPath()).endsWith(volume.getMetadata().getName())) {
      AtomicDirectory.delete(Path.of(source.getPath()));
    }
  }

  private void letGo(PersistentVolume volume) {
    var body = JSON.createObjectNode();
    var metadata = body.putObject("metadata");
    metadata.put("uid", volume.getMetadata().getUid());
    metadata.put("resourceVersion", volume.getMetadata().getResourceVersion());
    var finalizers = metadata.putArray("finalizers");
    volume.getMetadata().getFinalizers().stream()
        .filter(each -> !each.equals(LocalVolume.FOLDER_FINALIZER))
        .forEach(finalizers::add);
    client.patchOnly(
        Resources.PERSISTENT_VOLUMES, ObjectKey.of(volume), Patch.merge("", body.toString()));
  }

  @Override
  public void close() {
    thread.interrupt();
    volumes.close();
  }
}

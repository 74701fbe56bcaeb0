package dev.nauarch.nodeagent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Lets pods share the host's network, each with a loopback address of its own: what can be had
 * without root. A pod may listen on its address alone, but nothing stops it from listening on all.
 *
 * <p>One file per address, named after it and holding the pod's uid, is the whole state; it is
 * created exclusively, so that two agents over one directory don't give out the same address.
 */
public final class HostNetwork implements PodNetwork {
  /** Addresses of a block, less the first and the last. */
  private static final int BLOCK = 254;

  private final Path directory;
  private final String prefix;
  private final Map<String, String> addressByUid = new LinkedHashMap<>();

  private HostNetwork(Path directory, String prefix) {
    this.directory = directory;
    this.prefix = prefix;
  }

  /**
   * Opens the network of one node.
   *
   * @param directory where the addresses in use are written down
   * @param block which of the blocks 127.64.0.0/24 to 127.127.255.0/24 this node takes, 0 to 16383;
   *     nodes of one machine take different ones
   */
  public static HostNetwork open(Path directory, int block) throws IOException {
    if (block < 0 || block >= 64 * 256) {
      throw new IllegalArgumentException("block " + block + " is not within 0 to 16383");
    }
    Files.createDirectories(directory);
    var network = new HostNetwork(directory, "127." + (64 + block / 256) + "." + block % 256 + ".");
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        network.addressByUid.put(Files.readString(file), file.getFileName().toString());
      }
    }
    return network;
  }

  @Override
  public synchronized PodAddress attach(PodIdentity pod) throws IOException {
    var known = addressByUid.get(pod.uid());
    if (known != null) {
      return new PodAddress(known, Optional.empty());
    }
    for (var host = 1; host <= BLOCK; host++) {
      var address = prefix + host;
      if (claim(address, pod)) {
        addressByUid.put(pod.uid(), address);
        return new PodAddress(address, Optional.empty());
      }
    }
    throw new IOException("all " + BLOCK + " addresses of " + prefix + "0/24 are in use");
  }

  private boolean claim(String address, PodIdentity pod) throws IOException {
    try {
      var file = Files.createFile(directory.resolve(address));
      Files.writeString(file, pod.uid(), StandardCharsets.UTF_8);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public synchronized void detach(PodIdentity pod) throws IOException {
    var address = addressByUid.remove(pod.uid());
    if (address != null) {
      Files.deleteIfExists(directory.resolve(address));
    }
  }

  @Override
  public synchronized void retain(Collection<PodIdentity> living) throws IOException {
    var uids = living.stream().map(PodIdentity::uid).collect(Collectors.toSet());
    var addresses = addressByUid.entrySet().iterator();
    while (addresses.hasNext()) {
      var entry = addresses.next();
      if (!uids.contains(entry.getKey())) {
        Files.deleteIfExists(directory.resolve(entry.getValue()));
        addresses.remove();
      }
    }
  }

  /** None: without root nothing can listen on port 53, so pods resolve names as the host does. */
  @Override
  public Optional<ClusterDns> clusterDns() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}

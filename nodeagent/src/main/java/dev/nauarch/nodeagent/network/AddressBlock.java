package dev.nauarch.nodeagent.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses of one /24 that are given out, each to one pod.
 *
 * <p>One file per address, named after it and holding the pod's uid, is the whole state; it is
 * created exclusively, so that two agents over one directory don't give out the same address.
 */
public final class AddressBlock {
  private static final int LAST = 254;

  private final Path directory;
  private final String prefix;
  private final int first;
  private final Map<String, String> addressByUid = new LinkedHashMap<>();

  private AddressBlock(Path directory, String prefix, int first) {
    this.directory = directory;
    this.prefix = prefix;
    this.first = first;
  }

  /**
   * Opens a block with what was given out before.
   *
   * @param directory where the addresses in use are written down
   * @param prefix the range up to the last dot
   * @param first the first host number to give out, 1 to 254
   */
  public static AddressBlock open(Path directory, String prefix, int first) throws IOException {
    Files.createDirectories(directory);
    var block = new AddressBlock(directory, prefix, first);
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        block.addressByUid.put(Files.readString(file), file.getFileName().toString());
      }
    }
    return block;
  }

  /** The address that a pod has. */
  public synchronized Optional<String> addressOf(String uid) {
    return Optional.ofNullable(addressByUid.get(uid));
  }

  /** The pods that have an address. */
  public synchronized List<String> uids() {
    return List.copyOf(addressByUid.keySet());
  }

  /**
   * Gives a pod an address; one that has one keeps it.
   *
   * @throws IOException where all are in use, or can't be written down
   */
  public synchronized String claim(String uid) throws IOException {
    var known = addressByUid.get(uid);
    if (known != null) {
      return known;
    }
    for (var host = first; host <= LAST; host++) {
      if (write(prefix + host, uid)) {
        addressByUid.put(uid, prefix + host);
        return prefix + host;
      }
    }
    throw new IOException("all addresses of " + prefix + "0/24 are in use");
  }

  /** Writes an address down as taken, if it is not. */
  private boolean write(String address, String uid) throws IOException {
    try {
      var file = Files.createFile(directory.resolve(address));
      Files.writeString(file, uid, StandardCharsets.UTF_8);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Takes back a pod's address. */
  public synchronized void release(String uid) throws IOException {
    var address = addressByUid.remove(uid);
    if (address != null) {
      Files.deleteIfExists(directory.resolve(address));
    }
  }
}

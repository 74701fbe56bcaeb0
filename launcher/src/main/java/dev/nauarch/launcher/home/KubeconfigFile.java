package dev.nauarch.launcher.home;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * A user's kubeconfig, changed as kubectl changes it: under a lock file, whole or not at all, for
 * its owner alone; whatever else is in it stays, in its order.
 */
public final class KubeconfigFile {
  private static final int LOCK_TRIES = 50;
  private static final Duration LOCK_PAUSE = Duration.ofMillis(100);

  private final Path file;

  /**
   * @param file the file; it need not exist
   */
  public KubeconfigFile(Path file) {
    this.file = file;
  }

  /**
   * How to reach a cluster as its administrator.
   *
   * @param key the name of cluster, user and context
   * @param server the API server's URL
   * @param authority the cluster's certificate authority, PEM
   * @param certificate the client certificate, PEM
   * @param privateKey the client's key, PEM
   */
  public record Access(
      String key, String server, String authority, String certificate, String privateKey) {

    @Override
    public String toString() {
      return key + " at " + server;
    }
  }

  /** The files that kubectl would read, in its order; the one to write is {@link #target}. */
  public static List<Path> candidates(Map<String, String> environment) {
    var listed = environment.getOrDefault("KUBECONFIG", "");
    if (!listed.isEmpty()) {
      return List.of(listed.split(":", -1)).stream()
          .filter(path -> !path.isEmpty())
          .map(Path::of)
          .toList();
    }
    return List.of(Path.of(environment.getOrDefault("HOME", "/"), ".kube", "config"));
  }

  /** The file to write: the first that exists, else the last. */
  public static Path target(Map<String, String> environment) {
    var candidates = candidates(environment);
    return candidates.stream().filter(Files::exists).findFirst().orElse(candidates.getLast());
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Adds a cluster and makes it the current one.
   *
   * @return the context that was current before, where it was another
   */
  public Optional<String> merge(Access access) throws IOException {
    return change(
        root -> {
          root.putIfAbsent("apiVersion", "v1");
          root.putIfAbsent("kind", "Config");
          root.putIfAbsent("preferences", new LinkedHashMap<>());
          var cluster = new LinkedHashMap<String, Object>();
          cluster.put("certificate-authority-data", base64(access.authority()));
          cluster.put("server", access.server());
          upsert(root, "clusters", access.key(), "cluster", cluster);
          var user = new LinkedHashMap<String, Object>();
          user.put("client-certificate-data", base64(access.certificate()));
          user.put("client-key-data", base64(access.privateKey()));
          upsert(root, "users", access.key(), "user", user);
          var context = new LinkedHashMap<String, Object>();
          context.put("cluster", access.key());
          context.put("user", access.key());
          upsert(root, "contexts", access.key(), "context", context);
          var former = root.put("current-context", access.key());
          return former instanceof String name && !name.isEmpty() && !name.equals(access.key())
              ? Optional.of(name)
              : Optional.empty();
        });
  }

  /**
   * Takes a cluster out. Where its context is current, the former one becomes current again.
   *
   * @param former the context to go back to; empty for none
   * @return whether the cluster was there
   */
  public boolean remove(String key, Optional<String> former) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).contains(key)) {
      return false;
    }
    return change(
        root -> {
          var wasThere = false;
          for (var section : List.of("clusters", "users", "contexts")) {
            wasThere |= entries(root, section).removeIf(entry -> key.equals(entry.get("name")));
          }
          if (key.equals(root.get("current-context"))) {
            root.put(
                "current-context",
                former
                    .filter(
                        name ->
                            entries(root, "contexts").stream()
                                .anyMatch(entry -> name.equals(entry.get("name"))))
                    .orElse(""));
          }
          return wasThere;
        });
  }

  private interface Change<T> {
    T apply(Map<String, Object> root);
  }

  private <T> T change(Change<T> change) throws IOException {
    var parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    var lock = Path.of(file + ".lock");
    acquire(lock);
    try {
      var root = read();
      var result = change.apply(root);
      write(root);
      return result;
    } finally {
      Files.deleteIfExists(lock);
    }
  }

  private static void acquire(Path lock) throws IOException {
    for (var attempt = 1; ; attempt++) {
      try {
        Files.createFile(lock);
        return;
      } catch (FileAlreadyExistsException e) {
        if (attempt == LOCK_TRIES) {
          throw new IOException(
              lock + " is held by another program; remove it if none is running", e);
        }
      }
      try {
        Thread.sleep(LOCK_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for " + lock, e);
      }
    }
  }

  private Map<String, Object> read() throws IOException {
    var root = new LinkedHashMap<String, Object>();
    if (Files.exists(file)) {
      var settings = LoadSettings.builder().setLabel(file.toString()).build();
      var loaded = new Load(settings).loadFromString(Files.readString(file));
      if (loaded instanceof Map<?, ?> map) {
        map.forEach((key, value) -> root.put(String.valueOf(key), value));
      } else if (loaded != null) {
        throw new IOException(file + " is no kubeconfig: a mapping is expected at its root");
      }
    }
    return root;
  }

  private void write(Map<String, Object> root) throws IOException {
    var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    var text = new Dump(settings).dumpToString(root);
    var target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
    var part = Path.of(target + ".part"); // beside it, where a move is one step
    Files.deleteIfExists(part);
    var ownerOnly = PosixFilePermissions.fromString("rw-------");
    Files.createFile(part, PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.writeString(part, text, StandardCharsets.UTF_8);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void upsert(
      Map<String, Object> root, String section, String name, String kind, Object value) {
    var entries = entries(root, section);
    for (var entry : entries) {
      if (name.equals(entry.get("name"))) {
        entry.put(kind, value);
        return;
      }
    }
    var entry = new LinkedHashMap<String, Object>();
    entry.put("name", name);
    entry.put(kind, value);
    entries.add(entry);
  }

  /** A section's entries, as the root holds them: changing the list changes the file. */
  @SuppressWarnings("unchecked") // what YAML maps hold is checked entry by entry before
  private static List<Map<String, Object>> entries(Map<String, Object> root, String section) {
    var found = new ArrayList<Map<String, Object>>();
    if (root.get(section) instanceof List<?> list) {
      for (@Nullable Object entry : list) {
        if (entry instanceof Map<?, ?> map) {
          found.add((Map<String, Object>) map);
        }
      }
    }
    root.put(section, found);
    return found;
  }

  private static String base64(String pem) {
    return java.util.Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }
}

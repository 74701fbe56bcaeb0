package dev.nauarch.nodeagent.plugin;

import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.pluginregistration.InfoRequest;
import dev.nauarch.protocols.pluginregistration.PluginInfo;
import dev.nauarch.protocols.pluginregistration.RegistrationGrpc;
import dev.nauarch.protocols.pluginregistration.RegistrationStatus;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for sockets of drivers in a folder and those below it, ten times a second, on one virtual
 * thread. A socket that another file takes the place of is a driver that has started again. A
 * driver that can't be taken is asked again, ever later, up to two minutes.
 */
public final class PluginWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginWatcher.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final Duration RETRY_FIRST = Duration.ofMillis(500);
  private static final Duration RETRY_LAST = Duration.ofMinutes(2).plusSeconds(2);
  private static final int DEPTH_MAX = 8;

  /** A driver that was taken. */
  private record Taken(Object file, String name, Path endpoint, PluginHandler handler) {}

  /** A socket whose driver was not taken. */
  private record Failed(Object file, Instant retryAt, Duration pause) {}

  private final Path folder;
  private final Map<String, PluginHandler> handlers;
  private final InstantSource clock;
  private final Map<Path, Taken> taken = new HashMap<>();
  private final Map<Path, Failed> failed = new HashMap<>();
  private final Thread thread;

  private PluginWatcher(Path folder, Map<String, PluginHandler> handlers, InstantSource clock)
      throws IOException {
    this.folder = folder;
    this.handlers = new TreeMap<>(handlers);
    this.clock = clock;
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    this.thread = Thread.ofVirtual().name("plugin-watcher").unstarted(this::run);
  }

  /**
   * Starts to look for drivers.
   *
   * @param handlers by kind: {@code DRAPlugin}, {@code CSIPlugin}, {@code DevicePlugin}
   * @throws IOException where the folder can't be made
   */
  public static PluginWatcher start(
      Path folder, Map<String, PluginHandler> handlers, InstantSource clock) throws IOException {
    var watcher = new PluginWatcher(folder, handlers, clock);
    watcher.thread.start();
    return watcher;
  }

  private void run() {
    try {
      while (true) {
        try {
          look();
        } catch (IOException e) {
          LOG.warn("The folder of plugins {} can't be read: {}", folder, e.getMessage());
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws IOException {
    var found = new TreeMap<Path, Object>();
    collect(folder, 0, found);
    for (var path : List.copyOf(taken.keySet())) {
      var known = taken.get(path);
      if (known != null && !known.file().equals(found.get(path))) {
        taken.remove(path);
        LOG.info("The driver {} at {} is gone", known.name(), path);
        known.handler().deregister(known.name(), known.endpoint());
      }
    }
    failed.keySet().retainAll(found.keySet());
    for (var socket : found.entrySet()) {
      var before =
          Optional.ofNullable(failed.get(socket.getKey()))
              .filter(each -> each.file().equals(socket.getValue()));
      var waits = before.filter(each -> clock.instant().isBefore(each.retryAt())).isPresent();
      if (!taken.containsKey(socket.getKey()) && !waits) {
        greet(socket.getKey(), socket.getValue(), before.map(Failed::pause).orElse(RETRY_FIRST));
      }
    }
  }

  /** Sockets by path with what tells their file from any other that had or will have its name. */
  private static void collect(Path folder, int depth, Map<Path, Object> found) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        if (file.getFileName().toString().startsWith(".")) {
          continue;
        }
        if (Files.isDirectory(file) && depth < DEPTH_MAX) {
          collect(file, depth + 1, found);
        } else if (UnixSockets.isSocket(file)) {
          var attributes = Files.readAttributes(file, "unix:ino,ctime");
          found.put(file, List.of(attributes.get("ino"), attributes.get("ctime")));
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} went while it was looked at", e.getFile());
    }
  }

  private void greet(Path socket, Object file, Duration pause) throws IOException {
    var channel = UnixSockets.channel(socket);
    try {
      var info = stub(channel).getInfo(InfoRequest.getDefaultInstance());
      var endpoint = info.getEndpoint().isEmpty() ? socket : Path.of(info.getEndpoint());
      var why = take(socket, file, info, endpoint);
      stub(channel)
          .notifyRegistrationStatus(
              RegistrationStatus.newBuilder()
                  .setPluginRegistered(why.isEmpty())
                  .setError(why)
                  .build());
      if (why.isEmpty()) {
        LOG.info("The driver {} of kind {} has registered", info.getName(), info.getType());
        return;
      }
      later(socket, file, pause, why);
    } catch (StatusRuntimeException e) {
      var known = taken.remove(socket);
      if (known != null) {
        known.handler().deregister(known.name(), known.endpoint());
      }
      later(socket, file, pause, UnixSockets.reason(e));
    } finally {
      UnixSockets.close(channel);
    }
  }

  private static RegistrationGrpc.RegistrationBlockingStub stub(ManagedChannel channel) {
    return RegistrationGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes a driver; gives why not, in words, and nothing where it was taken. */
  private String take(Path socket, Object file, PluginInfo info, Path endpoint) {
    var handler = handlers.get(info.getType());
    if (handler == null) {
      return "RegisterPlugin error -- no handler registered for plugin type: "
          + info.getType()
          + " at socket "
          + socket;
    }
    var versions = List.copyOf(info.getSupportedVersionsList());
    var refusal = handler.refusal(info.getName(), endpoint, versions);
    if (refusal.isPresent()) {
      return "RegisterPlugin error -- plugin validation failed with err: " + refusal.get();
    }
    try {
      handler.register(info.getName(), endpoint, versions);
      taken.put(socket, new Taken(file, info.getName(), endpoint, handler));
      failed.remove(socket);
      return "";
    } catch (IOException e) {
      return "RegisterPlugin error -- plugin registration failed with err: " + e.getMessage();
    }
  }

  private void later(Path socket, Object file, Duration pause, String why) {
    LOG.warn("The driver at {} was not taken, and is asked again in {}: {}", socket, pause, why);
    var next = pause.multipliedBy(2);
    failed.put(
        socket,
        new Failed(
            file, clock.instant().plus(pause), next.compareTo(RETRY_LAST) > 0 ? RETRY_LAST : next));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

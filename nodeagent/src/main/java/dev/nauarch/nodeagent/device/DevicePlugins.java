package dev.nauarch.nodeagent.device;

import dev.nauarch.nodeagent.plugin.PluginHandler;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.deviceplugin.ContainerAllocateResponse;
import dev.nauarch.protocols.deviceplugin.Empty;
import dev.nauarch.protocols.deviceplugin.RegisterRequest;
import dev.nauarch.protocols.deviceplugin.RegistrationGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of a node: answers for their registration on {@code kubelet.sock}, and follows each
 * on a virtual thread. Of several plugins of one resource the one that came last counts, until it
 * goes.
 */
public final class DevicePlugins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevicePlugins.class);
  private static final String VERSION = "v1beta1";

  /** A name that is no one's of Kubernetes: a domain, a slash, a name. */
  private static final Pattern EXTENDED =
      Pattern.compile(
          "(?!([^/]*\\.)?kubernetes\\.io/)(?!requests\\.)"
              + "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/"
              + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  /** Who is told of what plugins have; told by their threads, one at a time for each plugin. */
  public interface Listener {

    /** A resource has these devices now. */
    void listed(String resource, List<Device> devices);

    /** The last plugin of a resource is gone. */
    void lost(String resource);
  }

  private final Path folder;
  private final Listener listener;

  /** The plugins of each resource by socket, the one that counts last. */
  private final Map<String, SequencedMap<Path, PluginConnection>> plugins = new TreeMap<>();

  private Server server;

  private DevicePlugins(Path folder, Listener listener) throws IOException {
    this.folder = folder;
    this.listener = listener;
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    removeSockets();
    this.server = UnixSockets.serve(folder.resolve("kubelet.sock"), List.of(new Registration()));
  }

  /**
   * Starts to take registrations.
   *
   * @param folder where the sockets of the agent and the plugins are; sockets that are in it are
   *     removed, by which plugins see that they have to register again
   * @throws IOException where it can't be written to
   */
  public static DevicePlugins start(Path folder, Listener listener) throws IOException {
    return new DevicePlugins(folder, listener);
  }

  private void removeSockets() throws IOException {
    try (var files = Files.newDirectoryStream(folder, UnixSockets::isSocket)) {
      for (var socket : files) {
        Files.deleteIfExists(socket);
      }
    }
  }

  private final class Registration extends RegistrationGrpc.RegistrationImplBase {
    @Override
    public void register(RegisterRequest request, StreamObserver<Empty> answer) {
      try {
        refusal(request.getResourceName(), List.of(request.getVersion()))
            .ifPresent(
                why -> {
                  throw Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException();
                });
        add(request.getResourceName(), socket(request.getEndpoint()));
        answer.onNext(Empty.getDefaultInstance());
        answer.onCompleted();
      } catch (IOException e) {
        LOG.warn(
            "The plugin of {} was not registered: {}", request.getResourceName(), e.getMessage());
        answer.onError(
            Status.UNKNOWN.withDescription(String.valueOf(e.getMessage())).asRuntimeException());
      } catch (io.grpc.StatusRuntimeException e) {
        LOG.warn(
            "The plugin of {} was not registered: {}", request.getResourceName(), e.getMessage());
        answer.onError(e);
      }
    }
  }

  private Path socket(String endpoint) throws IOException {
    var socket = folder.resolve(endpoint).normalize();
    if (endpoint.isEmpty() || !socket.startsWith(folder) || socket.equals(folder)) {
      throw new IOException(
          "the endpoint \"" + endpoint + "\" is no socket in " + folder + ": name one that is");
    }
    return socket;
  }

  /** Why a plugin can't be one of ours. */
  private static Optional<String> refusal(String resource, List<String> versions) {
    if (!versions.contains(VERSION)) {
      return Optional.of(
          "requested device plugin API version "
              + versions
              + " is not supported by the agent. Supported version is \""
              + VERSION
              + "\"");
    }
    return EXTENDED.matcher(resource).matches()
        ? Optional.empty()
        : Optional.of(
            "the ResourceName \""
                + resource
                + "\" is invalid: a resource of a plugin is named like example.com/gpu");
  }

  /** What is asked of sockets that are found to be of a device plugin. */
  public PluginHandler handler() {
    return new PluginHandler() {
      @Override
      public Optional<String> refusal(String name, Path endpoint, List<String> versions) {
        return DevicePlugins.refusal(name, versions);
      }

      @Override
      public void register(String name, Path endpoint, List<String> versions) throws IOException {
        add(name, endpoint);
      }

      @Override
      public void deregister(String name, Path endpoint) {
        find(name, endpoint).ifPresent(each -> remove(name, each));
      }
    };
  }

  private void add(String resource, Path socket) throws IOException {
    var plugin = PluginConnection.open(resource, socket);
    Optional<PluginConnection> before;
    synchronized (plugins) {
      var known = plugins.computeIfAbsent(resource, each -> new LinkedHashMap<>());
      before = Optional.ofNullable(known.remove(socket));
      known.putLast(socket, plugin);
    }
    before.ifPresent(PluginConnection::close);
    LOG.info("The plugin of {} at {} has registered", resource, socket);
    Thread.ofVirtual()
        .name("devices-" + resource)
        .start(
            () -> {
              plugin.follow(each -> listed(resource, each));
              remove(resource, plugin);
            });
  }

  private Optional<PluginConnection> find(String resource, Path socket) {
    synchronized (plugins) {
      var known = plugins.get(resource);
      return known == null ? Optional.empty() : Optional.ofNullable(known.get(socket));
    }
  }

  private Optional<PluginConnection> current(String resource) {
    synchronized (plugins) {
      var known = plugins.get(resource);
      return known == null ? Optional.empty() : Optional.of(known.lastEntry().getValue());
    }
  }

  private void listed(String resource, PluginConnection plugin) {
    // Under the lock, so that what one that is gone said is not heard after what its heir said.
    synchronized (plugins) {
      var known = plugins.get(resource);
      if (known != null && known.lastEntry().getValue() == plugin) {
        listener.listed(resource, plugin.devices());
      }
    }
  }

  private void remove(String resource, PluginConnection plugin) {
    synchronized (plugins) {
      var known = plugins.get(resource);
      if (known == null || !known.remove(plugin.socket(), plugin)) {
        return;
      }
      if (known.isEmpty()) {
        plugins.remove(resource);
        listener.lost(resource);
      } else {
        listener.listed(resource, known.lastEntry().getValue().devices());
      }
    }
    plugin.close();
  }

  /** Whether a plugin of a resource is there. */
  public boolean has(String resource) {
    return current(resource).isPresent();
  }

  /** Whether the plugin of a resource wants to say which devices it would rather give. */
  public boolean hasPreferences(String resource) {
    return current(resource).map(PluginConnection::hasPreferences).orElse(false);
  }

  private PluginConnection plugin(String resource) throws DeviceFault {
    return current(resource)
        .orElseThrow(() -> new DeviceFault("unknown Device Plugin " + resource));
  }

  /**
   * Which devices a plugin would rather give.
   *
   * @param available those to choose from
   * @param fixed those of them that have to be among them
   * @throws IOException where it is gone or does not answer
   */
  public List<String> preferred(
      String resource, Collection<String> available, Collection<String> fixed, int count)
      throws IOException {
    return plugin(resource).preferred(available, fixed, count);
  }

  /**
   * Has a plugin give devices to a container.
   *
   * @return what the container needs to use them
   * @throws IOException where it is gone, refuses or does not answer
   */
  public ContainerAllocateResponse allocate(String resource, Collection<String> ids)
      throws IOException {
    return plugin(resource).allocate(ids);
  }

  /**
   * Lets a plugin make devices ready for a container that is about to start, where it wants to. Of
   * a plugin that is gone nobody knows whether it does: the container starts with what it has.
   *
   * @throws IOException where it refuses or does not answer
   */
  public void preStart(String resource, Collection<String> ids) throws IOException {
    var plugin = current(resource);
    if (plugin.isPresent()) {
      plugin.get().preStart(ids);
    }
  }

  @Override
  public void close() {
    UnixSockets.close(server, folder.resolve("kubelet.sock"));
    List<PluginConnection> all = new ArrayList<>();
    synchronized (plugins) {
      plugins.values().forEach(known -> all.addAll(known.values()));
      plugins.clear();
    }
    all.forEach(PluginConnection::close);
  }
}

package dev.nauarch.nodeagent.device;

import dev.nauarch.nodeagent.resource.NumaNodes;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.deviceplugin.AllocateRequest;
import dev.nauarch.protocols.deviceplugin.ContainerAllocateRequest;
import dev.nauarch.protocols.deviceplugin.ContainerAllocateResponse;
import dev.nauarch.protocols.deviceplugin.ContainerPreferredAllocationRequest;
import dev.nauarch.protocols.deviceplugin.DevicePluginGrpc;
import dev.nauarch.protocols.deviceplugin.DevicePluginOptions;
import dev.nauarch.protocols.deviceplugin.Empty;
import dev.nauarch.protocols.deviceplugin.ListAndWatchResponse;
import dev.nauarch.protocols.deviceplugin.NUMANode;
import dev.nauarch.protocols.deviceplugin.PreStartContainerRequest;
import dev.nauarch.protocols.deviceplugin.PreferredAllocationRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plugin, over its own socket. What it sends is taken one message at a time, however fast it
 * sends; a call that it does not answer ends in time.
 */
final class PluginConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginConnection.class);

  private static final Duration GREETING_MAX = Duration.ofSeconds(10);
  private static final Duration PREFERENCE_MAX = Duration.ofSeconds(10);
  private static final Duration ALLOCATION_MAX = Duration.ofSeconds(60);
  private static final Duration PRE_START_MAX = Duration.ofSeconds(30);

  private final String resource;
  private final Path socket;
  private final ManagedChannel channel;
  private final DevicePluginOptions options;
  private volatile List<Device> devices = List.of();

  private PluginConnection(
      String resource, Path socket, ManagedChannel channel, DevicePluginOptions options) {
    this.resource = resource;
    this.socket = socket;
    this.channel = channel;
    this.options = options;
  }

  /**
   * Connects to a plugin.
   *
   * @throws IOException where it does not answer
   */
  static PluginConnection open(String resource, Path socket) throws IOException {
    var channel = UnixSockets.channel(socket);
    try {
      var options = stub(channel, GREETING_MAX).getDevicePluginOptions(Empty.getDefaultInstance());
      return new PluginConnection(resource, socket, channel, options);
    } catch (StatusRuntimeException e) {
      UnixSockets.close(channel);
      throw new DeviceFault("failed to get device plugin options: " + UnixSockets.reason(e));
    }
  }

  private static DevicePluginGrpc.DevicePluginBlockingStub stub(
      ManagedChannel channel, Duration longest) {
    return DevicePluginGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  Path socket() {
    return socket;
  }

  /** The devices as the plugin told of them last. */
  List<Device> devices() {
    return devices;
  }

  /**
   * Follows the plugin's lists of devices until it goes.
   *
   * @param onList told of each list
   */
  void follow(Consumer<PluginConnection> onList) {
    try {
      var lists =
          DevicePluginGrpc.newBlockingStub(channel).listAndWatch(Empty.getDefaultInstance());
      while (lists.hasNext()) {
        devices = read(lists.next());
        onList.accept(this);
      }
      LOG.info("The plugin of {} at {} has ended its list", resource, socket);
    } catch (StatusRuntimeException e) {
      LOG.info("The plugin of {} at {} is gone: {}", resource, socket, UnixSockets.reason(e));
    }
  }

  /** Of two devices of one name the later one counts; one without a name is none. */
  private List<Device> read(ListAndWatchResponse list) {
    var byId = new TreeMap<String, Device>();
    for (var each : list.getDevicesList()) {
      var nodes =
          each.getTopology().getNodesList().stream()
              .map(NUMANode::getID)
              .filter(node -> node >= 0 && node < NumaNodes.MAX)
              .map(Long::intValue)
              .toList();
      var device =
          new Device(each.getID(), "Healthy".equals(each.getHealth()), NumaNodes.of(nodes));
      if (each.getID().isEmpty()) {
        LOG.warn("The plugin of {} names a device without a name; it is left out", resource);
      } else if (byId.put(each.getID(), device) != null) {
        LOG.warn("The plugin of {} names device {} twice", resource, each.getID());
      }
    }
    return List.copyOf(byId.values());
  }

  /** Whether the plugin wants to say which devices it would rather give. */
  boolean hasPreferences() {
    return options.getGetPreferredAllocationAvailable();
  }

  /**
   * Which devices the plugin would rather give.
   *
   * @throws DeviceFault where it does not answer
   */
  List<String> preferred(Collection<String> available, Collection<String> fixed, int count)
      throws DeviceFault {
    var request =
        PreferredAllocationRequest.newBuilder()
            .addContainerRequests(
                ContainerPreferredAllocationRequest.newBuilder()
                    .addAllAvailableDeviceIDs(available)
                    .addAllMustIncludeDeviceIDs(fixed)
                    .setAllocationSize(count))
            .build();
    try {
      var answer = stub(channel, PREFERENCE_MAX).getPreferredAllocation(request);
      return answer.getContainerResponsesCount() == 0
          ? List.of()
          : answer.getContainerResponses(0).getDeviceIDsList();
    } catch (StatusRuntimeException e) {
      throw new DeviceFault(
          "device plugin GetPreferredAllocation rpc failed with err: " + UnixSockets.reason(e));
    }
  }

  /**
   * Has devices given to a container.
   *
   * @return what the container needs
   * @throws DeviceFault where the plugin refuses, does not answer, or answers for nobody
   */
  ContainerAllocateResponse allocate(Collection<String> ids) throws DeviceFault {
    var request =
        AllocateRequest.newBuilder()
            .addContainerRequests(ContainerAllocateRequest.newBuilder().addAllDevicesIds(ids))
            .build();
    try {
      var answer = stub(channel, ALLOCATION_MAX).allocate(request);
      if (answer.getContainerResponsesCount() == 0) {
        throw new DeviceFault("no containers return in allocation response of " + resource);
      }
      return answer.getContainerResponses(0);
    } catch (StatusRuntimeException e) {
      throw new DeviceFault("rpc error of plugin " + resource + ": " + UnixSockets.reason(e));
    }
  }

  /**
   * Lets the plugin make devices ready, where it wants to, before a container starts with them.
   *
   * @throws DeviceFault where it refuses or does not answer
   */
  void preStart(Collection<String> ids) throws DeviceFault {
    if (!options.getPreStartRequired()) {
      return;
    }
    try {
      stub(channel, PRE_START_MAX)
          .preStartContainer(PreStartContainerRequest.newBuilder().addAllDevicesIds(ids).build());
    } catch (StatusRuntimeException e) {
      throw new DeviceFault(
          "device plugin PreStartContainer rpc failed with err: " + UnixSockets.reason(e));
    }
  }

  @Override
  public void close() {
    UnixSockets.close(channel);
  }
}

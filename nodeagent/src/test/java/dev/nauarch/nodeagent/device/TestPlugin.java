package dev.nauarch.nodeagent.device;

import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.deviceplugin.AllocateRequest;
import dev.nauarch.protocols.deviceplugin.AllocateResponse;
import dev.nauarch.protocols.deviceplugin.CDIDevice;
import dev.nauarch.protocols.deviceplugin.ContainerAllocateResponse;
import dev.nauarch.protocols.deviceplugin.ContainerPreferredAllocationResponse;
import dev.nauarch.protocols.deviceplugin.DevicePluginGrpc;
import dev.nauarch.protocols.deviceplugin.DevicePluginOptions;
import dev.nauarch.protocols.deviceplugin.DeviceSpec;
import dev.nauarch.protocols.deviceplugin.Empty;
import dev.nauarch.protocols.deviceplugin.ListAndWatchResponse;
import dev.nauarch.protocols.deviceplugin.Mount;
import dev.nauarch.protocols.deviceplugin.NUMANode;
import dev.nauarch.protocols.deviceplugin.PreStartContainerRequest;
import dev.nauarch.protocols.deviceplugin.PreStartContainerResponse;
import dev.nauarch.protocols.deviceplugin.PreferredAllocationRequest;
import dev.nauarch.protocols.deviceplugin.PreferredAllocationResponse;
import dev.nauarch.protocols.deviceplugin.RegisterRequest;
import dev.nauarch.protocols.deviceplugin.RegistrationGrpc;
import dev.nauarch.protocols.deviceplugin.TopologyInfo;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A plugin over real sockets, which does as it is told. As a program ({@code FOLDER RESOURCE
 * ID...}) it registers and lives until it is killed.
 */
public final class TestPlugin extends DevicePluginGrpc.DevicePluginImplBase
    implements AutoCloseable {
  private final Path folder;
  private final String resource;
  private final Path socket;
  private final Server server;
  private final List<StreamObserver<ListAndWatchResponse>> streams = new CopyOnWriteArrayList<>();
  private volatile List<dev.nauarch.protocols.deviceplugin.Device> devices;

  /** What was asked of it, for example {@code allocate a,b}. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  /** Which it would rather give; empty where it has no wish. */
  public volatile @Nullable Function<PreferredAllocationRequest, List<String>> preference;

  /** Whether containers find its devices by name, too. */
  public volatile boolean namesDevices = true;

  /** Why it refuses to give devices. */
  public volatile @Nullable Status refusal;

  public TestPlugin(Path folder, String resource, String name, String... devices)
      throws IOException {
    this.folder = folder;
    this.resource = resource;
    this.socket = folder.resolve(name + ".sock");
    this.devices = devices(devices);
    this.server = UnixSockets.serve(socket, List.of(this));
  }

  public static void main(String[] arguments) throws Exception {
    var devices = List.of(arguments).subList(2, arguments.length).toArray(String[]::new);
    var plugin = new TestPlugin(Path.of(arguments[0]), arguments[1], "program", devices);
    plugin.register();
    System.out.println("registered");
    plugin.server.awaitTermination();
  }

  /** Devices written as {@code ID}, {@code ID@NODE} or {@code !ID} for one that is not healthy. */
  private static List<dev.nauarch.protocols.deviceplugin.Device> devices(String... written) {
    var all = new ArrayList<dev.nauarch.protocols.deviceplugin.Device>();
    for (var each : written) {
      var parts = each.replace("!", "").split("@", 2);
      var device =
          dev.nauarch.protocols.deviceplugin.Device.newBuilder()
              .setID(parts[0])
              .setHealth(each.startsWith("!") ? "Unhealthy" : "Healthy");
      if (parts.length == 2) {
        device.setTopology(
            TopologyInfo.newBuilder()
                .addNodes(NUMANode.newBuilder().setID(Long.parseLong(parts[1]))));
      }
      all.add(device.build());
    }
    return all;
  }

  /** Makes itself known to the agent. */
  public void register() throws IOException {
    register("v1beta1", resource, socket.getFileName().toString());
  }

  /** Makes itself known in other words. */
  public void register(String version, String name, String endpoint) throws IOException {
    var channel = UnixSockets.channel(folder.resolve("kubelet.sock"));
    try {
      var request =
          RegisterRequest.newBuilder()
              .setVersion(version)
              .setResourceName(name)
              .setEndpoint(endpoint)
              .build();
      var empty =
          RegistrationGrpc.newBlockingStub(channel)
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .register(request);
      calls.add("registered" + empty.getSerializedSize());
    } finally {
      UnixSockets.close(channel);
    }
  }

  /** Tells of other devices. */
  public synchronized void list(String... others) {
    devices = devices(others);
    var list = ListAndWatchResponse.newBuilder().addAllDevices(devices).build();
    streams.forEach(stream -> stream.onNext(list));
  }

  @Override
  public void getDevicePluginOptions(Empty request, StreamObserver<DevicePluginOptions> answer) {
    answer.onNext(
        DevicePluginOptions.newBuilder()
            .setGetPreferredAllocationAvailable(preference != null)
            .setPreStartRequired(true)
            .build());
    answer.onCompleted();
  }

  @Override
  public synchronized void listAndWatch(
      Empty request, StreamObserver<ListAndWatchResponse> answer) {
    answer.onNext(ListAndWatchResponse.newBuilder().addAllDevices(devices).build());
    streams.add(answer);
  }

  @Override
  public void getPreferredAllocation(
      PreferredAllocationRequest request, StreamObserver<PreferredAllocationResponse> answer) {
    var wish = preference;
    answer.onNext(
        PreferredAllocationResponse.newBuilder()
            .addContainerResponses(
                ContainerPreferredAllocationResponse.newBuilder()
                    .addAllDeviceIDs(wish == null ? List.of() : wish.apply(request)))
            .build());
    answer.onCompleted();
  }

  @Override
  public void allocate(AllocateRequest request, StreamObserver<AllocateResponse> answer) {
    var ids = String.join(",", request.getContainerRequests(0).getDevicesIdsList());
    calls.add("allocate " + ids);
    var why = refusal;
    if (why != null) {
      answer.onError(why.asRuntimeException());
      return;
    }
    var needs =
        ContainerAllocateResponse.newBuilder()
            .putEnvs("DEVICES", ids)
            .putAnnotations("example.com/devices", ids)
            .addMounts(
                Mount.newBuilder()
                    .setContainerPath("/opt/driver")
                    .setHostPath("/tmp")
                    .setReadOnly(true))
            .addDevices(
                DeviceSpec.newBuilder()
                    .setContainerPath("/dev/gpu")
                    .setHostPath("/dev/null")
                    .setPermissions("rw"));
    if (namesDevices) {
      needs.addCdiDevices(CDIDevice.newBuilder().setName("example.com/gpu=" + ids));
    }
    answer.onNext(AllocateResponse.newBuilder().addContainerResponses(needs).build());
    answer.onCompleted();
  }

  @Override
  public void preStartContainer(
      PreStartContainerRequest request, StreamObserver<PreStartContainerResponse> answer) {
    calls.add("preStart " + String.join(",", request.getDevicesIdsList()));
    answer.onNext(PreStartContainerResponse.getDefaultInstance());
    answer.onCompleted();
  }

  @Override
  public void close() {
    UnixSockets.close(server, socket);
  }
}

package dev.nauarch.nodeagent.claim;

import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.dra.v1.Claim;
import dev.nauarch.protocols.dra.v1.DRAPluginGrpc;
import dev.nauarch.protocols.dra.v1.Device;
import dev.nauarch.protocols.dra.v1.NodePrepareResourceResponse;
import dev.nauarch.protocols.dra.v1.NodePrepareResourcesRequest;
import dev.nauarch.protocols.dra.v1.NodePrepareResourcesResponse;
import dev.nauarch.protocols.dra.v1.NodeUnprepareResourceResponse;
import dev.nauarch.protocols.dra.v1.NodeUnprepareResourcesRequest;
import dev.nauarch.protocols.dra.v1.NodeUnprepareResourcesResponse;
import dev.nauarch.protocols.drahealth.DRAResourceHealthGrpc;
import dev.nauarch.protocols.drahealth.DeviceHealth;
import dev.nauarch.protocols.drahealth.DeviceIdentifier;
import dev.nauarch.protocols.drahealth.HealthStatus;
import dev.nauarch.protocols.drahealth.NodeWatchResourcesRequest;
import dev.nauarch.protocols.drahealth.NodeWatchResourcesResponse;
import dev.nauarch.protocols.pluginregistration.InfoRequest;
import dev.nauarch.protocols.pluginregistration.PluginInfo;
import dev.nauarch.protocols.pluginregistration.RegistrationGrpc;
import dev.nauarch.protocols.pluginregistration.RegistrationStatus;
import dev.nauarch.protocols.pluginregistration.RegistrationStatusResponse;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A driver of claims over real sockets, which does as it is told. */
public final class TestDriver implements AutoCloseable {
  private final String name;
  private final Path socket;
  private final List<String> versions;
  private final Server server;
  private final List<StreamObserver<NodeWatchResourcesResponse>> watches =
      new CopyOnWriteArrayList<>();

  /** What was asked of it, for example {@code prepare claim}. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  /** What it says of each claim instead of making it ready. */
  public volatile String error = "";

  /** Whether it forgets to answer for the claims. */
  public volatile boolean forgetful;

  public TestDriver(Path registry, String name, String file, String... versions)
      throws IOException {
    this.name = name;
    this.versions = List.of(versions);
    this.socket = registry.resolve(file);
    var services = new ArrayList<BindableService>(List.of(new Registration(), new Health()));
    services.add(this.versions.contains("v1.DRAPlugin") ? new V1() : new V1Beta1());
    this.server = UnixSockets.serve(socket, services);
  }

  private final class Registration extends RegistrationGrpc.RegistrationImplBase {
    @Override
    public void getInfo(InfoRequest request, StreamObserver<PluginInfo> answer) {
      answer.onNext(
          PluginInfo.newBuilder()
              .setType("DRAPlugin")
              .setName(name)
              .addAllSupportedVersions(versions)
              .build());
      answer.onCompleted();
    }

    @Override
    public void notifyRegistrationStatus(
        RegistrationStatus status, StreamObserver<RegistrationStatusResponse> answer) {
      calls.add(status.getPluginRegistered() ? "registered" : "refused: " + status.getError());
      answer.onNext(RegistrationStatusResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private final class Health extends DRAResourceHealthGrpc.DRAResourceHealthImplBase {
    @Override
    public void nodeWatchResources(
        NodeWatchResourcesRequest request, StreamObserver<NodeWatchResourcesResponse> answer) {
      watches.add(answer);
    }
  }

  /** Says how a device is; gives whether somebody listens. */
  public boolean say(String pool, String device, HealthStatus health) {
    var news =
        NodeWatchResourcesResponse.newBuilder()
            .addDevices(
                DeviceHealth.newBuilder()
                    .setDevice(
                        DeviceIdentifier.newBuilder().setPoolName(pool).setDeviceName(device))
                    .setHealth(health))
            .build();
    watches.forEach(each -> each.onNext(news));
    return !watches.isEmpty();
  }

  private NodePrepareResourcesResponse prepare(List<Claim> claims) {
    calls.add("prepare " + claims.stream().map(Claim::getName).collect(Collectors.joining(",")));
    var all = NodePrepareResourcesResponse.newBuilder();
    if (!forgetful) {
      for (var claim : claims) {
        all.putClaims(claim.getUid(), ready(claim));
      }
    }
    return all.build();
  }

  private NodePrepareResourceResponse ready(Claim claim) {
    var ready = NodePrepareResourceResponse.newBuilder().setError(error);
    if (error.isEmpty()) {
      for (var request : List.of("big", "small")) {
        ready.addDevices(
            Device.newBuilder()
                .addRequestNames(request)
                .setPoolName("pool")
                .setDeviceName(request + "-device")
                .addCdiDeviceIds(name + "/gpu=" + claim.getName() + "-" + request));
      }
    }
    return ready.build();
  }

  private NodeUnprepareResourcesResponse unprepare(List<Claim> claims) {
    calls.add("unprepare " + claims.stream().map(Claim::getName).collect(Collectors.joining(",")));
    var all = NodeUnprepareResourcesResponse.newBuilder();
    for (var claim : claims) {
      all.putClaims(
          claim.getUid(), NodeUnprepareResourceResponse.newBuilder().setError(error).build());
    }
    return all.build();
  }

  private final class V1 extends DRAPluginGrpc.DRAPluginImplBase {
    @Override
    public void nodePrepareResources(
        NodePrepareResourcesRequest request, StreamObserver<NodePrepareResourcesResponse> answer) {
      answer.onNext(prepare(request.getClaimsList()));
      answer.onCompleted();
    }

    @Override
    public void nodeUnprepareResources(
        NodeUnprepareResourcesRequest request,
        StreamObserver<NodeUnprepareResourcesResponse> answer) {
      answer.onNext(unprepare(request.getClaimsList()));
      answer.onCompleted();
    }
  }

  private final class V1Beta1
      extends dev.nauarch.protocols.dra.v1beta1.DRAPluginGrpc.DRAPluginImplBase {
    @Override
    public void nodePrepareResources(
        dev.nauarch.protocols.dra.v1beta1.NodePrepareResourcesRequest request,
        StreamObserver<dev.nauarch.protocols.dra.v1beta1.NodePrepareResourcesResponse> answer) {
      var all = dev.nauarch.protocols.dra.v1beta1.NodePrepareResourcesResponse.newBuilder();
      for (var claim : request.getClaimsList()) {
        calls.add("v1beta1 prepare " + claim.getName());
        all.putClaims(
            claim.getUid(),
            dev.nauarch.protocols.dra.v1beta1.NodePrepareResourceResponse.newBuilder()
                .addDevices(
                    dev.nauarch.protocols.dra.v1beta1.Device.newBuilder()
                        .addCdiDeviceIds(name + "/gpu=old"))
                .build());
      }
      answer.onNext(all.build());
      answer.onCompleted();
    }
  }

  @Override
  public void close() {
    UnixSockets.close(server, socket);
  }
}

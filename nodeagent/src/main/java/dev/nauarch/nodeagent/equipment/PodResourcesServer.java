package dev.nauarch.nodeagent.equipment;

import dev.nauarch.nodeagent.claim.ClaimState;
import dev.nauarch.nodeagent.claim.PodClaims;
import dev.nauarch.nodeagent.device.Device;
import dev.nauarch.nodeagent.resource.NumaNodes;
import dev.nauarch.nodeagent.resource.PodContainers;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.podresources.AllocatableResourcesRequest;
import dev.nauarch.protocols.podresources.AllocatableResourcesResponse;
import dev.nauarch.protocols.podresources.CDIDevice;
import dev.nauarch.protocols.podresources.ClaimResource;
import dev.nauarch.protocols.podresources.ContainerDevices;
import dev.nauarch.protocols.podresources.ContainerResources;
import dev.nauarch.protocols.podresources.DynamicResource;
import dev.nauarch.protocols.podresources.GetPodResourcesRequest;
import dev.nauarch.protocols.podresources.GetPodResourcesResponse;
import dev.nauarch.protocols.podresources.ListPodResourcesRequest;
import dev.nauarch.protocols.podresources.ListPodResourcesResponse;
import dev.nauarch.protocols.podresources.NUMANode;
import dev.nauarch.protocols.podresources.PodResources;
import dev.nauarch.protocols.podresources.PodResourcesListerGrpc;
import dev.nauarch.protocols.podresources.TopologyInfo;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Tells monitors which of the node's devices which container has, on {@code kubelet.sock}. */
final class PodResourcesServer extends PodResourcesListerGrpc.PodResourcesListerImplBase
    implements AutoCloseable {
  private final Path socket;
  private final Supplier<Collection<Pod>> pods;
  private final LocalResources resources;
  private final PodClaims claims;
  private final Server server;

  private PodResourcesServer(
      Path folder, Supplier<Collection<Pod>> pods, LocalResources resources, PodClaims claims)
      throws IOException {
    this.socket = folder.resolve("kubelet.sock");
    this.pods = pods;
    this.resources = resources;
    this.claims = claims;
    Files.createDirectories(folder);
    this.server = UnixSockets.serve(socket, List.of(this));
  }

  static PodResourcesServer start(
      Path folder, Supplier<Collection<Pod>> pods, LocalResources resources, PodClaims claims)
      throws IOException {
    return new PodResourcesServer(folder, pods, resources, claims);
  }

  private static boolean hasEnded(Pod pod) {
    var phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  @Override
  public void list(
      ListPodResourcesRequest request, StreamObserver<ListPodResourcesResponse> answer) {
    var all = ListPodResourcesResponse.newBuilder();
    pods.get().stream()
        .filter(pod -> !hasEnded(pod))
        .forEach(pod -> all.addPodResources(resources(pod)));
    answer.onNext(all.build());
    answer.onCompleted();
  }

  @Override
  public void get(GetPodResourcesRequest request, StreamObserver<GetPodResourcesResponse> answer) {
    var found =
        pods.get().stream()
            .filter(pod -> pod.getMetadata().getName().equals(request.getPodName()))
            .filter(pod -> pod.getMetadata().getNamespace().equals(request.getPodNamespace()))
            .findFirst();
    if (found.isEmpty()) {
      answer.onError(
          Status.UNKNOWN
              .withDescription(
                  "pod %s in namespace %s not found"
                      .formatted(request.getPodName(), request.getPodNamespace()))
              .asRuntimeException());
      return;
    }
    answer.onNext(
        GetPodResourcesResponse.newBuilder().setPodResources(resources(found.get())).build());
    answer.onCompleted();
  }

  @Override
  public void getAllocatableResources(
      AllocatableResourcesRequest request, StreamObserver<AllocatableResourcesResponse> answer) {
    var all = AllocatableResourcesResponse.newBuilder();
    resources
        .healthyDevices()
        .forEach(
            (resource, devices) -> devices.forEach(each -> all.addDevices(one(resource, each))));
    resources.allocatableCpus().numbers().forEach(each -> all.addCpuIds(each));
    answer.onNext(all.build());
    answer.onCompleted();
  }

  private static ContainerDevices one(String resource, Device device) {
    return devices(resource, List.of(device.id()), device.near());
  }

  private static ContainerDevices devices(String resource, List<String> ids, NumaNodes near) {
    var devices = ContainerDevices.newBuilder().setResourceName(resource).addAllDeviceIds(ids);
    if (!near.isEmpty()) {
      var topology = TopologyInfo.newBuilder();
      near.numbers().forEach(node -> topology.addNodes(NUMANode.newBuilder().setID(node)));
      devices.setTopology(topology);
    }
    return devices.build();
  }

  /** What those of a pod's containers have that do not end before the others begin. */
  private PodResources resources(Pod pod) {
    var passing = PodContainers.passing(pod);
    var all =
        PodResources.newBuilder()
            .setName(pod.getMetadata().getName())
            .setNamespace(pod.getMetadata().getNamespace());
    PodContainers.all(pod).stream()
        .filter(container -> !passing.contains(container.getName()))
        .forEach(container -> all.addContainers(resources(pod, container)));
    return all.build();
  }

  private ContainerResources resources(Pod pod, Container container) {
    var all = ContainerResources.newBuilder().setName(container.getName());
    for (var holding : resources.holdings(pod.getMetadata().getUid(), container.getName())) {
      holding
          .nearById()
          .forEach((id, near) -> all.addDevices(devices(holding.resource(), List.of(id), near)));
    }
    resources
        .cpus(pod.getMetadata().getUid(), container.getName())
        .ifPresent(own -> own.numbers().forEach(each -> all.addCpuIds(each)));
    claims.of(pod, container).forEach(claim -> all.addDynamicResources(dynamic(claim)));
    return all.build();
  }

  private static DynamicResource dynamic(ClaimState claim) {
    var parts = new ArrayList<ClaimResource>();
    claim
        .devices()
        .forEach(
            (driver, devices) ->
                devices.forEach(
                    device -> {
                      var part =
                          ClaimResource.newBuilder()
                              .setDriverName(driver)
                              .setPoolName(device.pool())
                              .setDeviceName(device.device());
                      device
                          .cdiIds()
                          .forEach(id -> part.addCdiDevices(CDIDevice.newBuilder().setName(id)));
                      if (!device.shareId().isEmpty()) {
                        part.setShareId(device.shareId());
                      }
                      parts.add(part.build());
                    }));
    return DynamicResource.newBuilder()
        .setClaimNamespace(claim.namespace())
        .setClaimName(claim.name())
        .addAllClaimResources(parts)
        .build();
  }

  @Override
  public void close() {
    UnixSockets.close(server, socket);
  }
}

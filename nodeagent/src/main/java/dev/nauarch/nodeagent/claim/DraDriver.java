package dev.nauarch.nodeagent.claim;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.dra.v1.Claim;
import dev.nauarch.protocols.dra.v1.DRAPluginGrpc;
import dev.nauarch.protocols.dra.v1.NodePrepareResourcesRequest;
import dev.nauarch.protocols.dra.v1.NodePrepareResourcesResponse;
import dev.nauarch.protocols.dra.v1.NodeUnprepareResourcesRequest;
import dev.nauarch.protocols.dra.v1.NodeUnprepareResourcesResponse;
import dev.nauarch.protocols.drahealth.DRAResourceHealthGrpc;
import dev.nauarch.protocols.drahealth.NodeWatchResourcesRequest;
import dev.nauarch.protocols.drahealth.NodeWatchResourcesResponse;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One driver of claims, over its socket. A call that it does not answer ends in time. */
final class DraDriver implements AutoCloseable {
  static final String V1 = "v1.DRAPlugin";
  static final String V1BETA1 = "v1beta1.DRAPlugin";
  static final String HEALTH = "v1alpha1.DRAResourceHealth";

  private static final Duration CALL_MAX = Duration.ofSeconds(45);

  private final String name;
  private final Path endpoint;
  private final String service;
  private final boolean tellsHealth;
  private final ManagedChannel channel;

  private DraDriver(
      String name, Path endpoint, String service, boolean tellsHealth, ManagedChannel channel) {
    this.name = name;
    this.endpoint = endpoint;
    this.service = service;
    this.tellsHealth = tellsHealth;
    this.channel = channel;
  }

  static DraDriver open(String name, Path endpoint, List<String> versions) throws IOException {
    var service = service(versions).orElseThrow();
    return new DraDriver(
        name, endpoint, service, versions.contains(HEALTH), UnixSockets.channel(endpoint));
  }

  /** The first of the services that both sides know. */
  static Optional<String> service(List<String> versions) {
    return versions.stream().filter(List.of(V1, V1BETA1)::contains).findFirst();
  }

  String name() {
    return name;
  }

  Path endpoint() {
    return endpoint;
  }

  boolean tellsHealth() {
    return tellsHealth;
  }

  /** Whether there is a connection; asks for one where there is none. */
  boolean isConnected() {
    return channel.getState(true) == ConnectivityState.READY;
  }

  /** Has somebody told, once, when the connection is not as it is now. */
  void onConnection(Runnable changed) {
    channel.notifyWhenStateChanged(channel.getState(true), changed);
  }

  /**
   * Has claims made ready; may be repeated.
   *
   * @throws IOException where the driver does not answer
   */
  NodePrepareResourcesResponse prepare(Collection<Claim> claims) throws IOException {
    var request = NodePrepareResourcesRequest.newBuilder().addAllClaims(claims).build();
    try {
      if (service.equals(V1)) {
        return DRAPluginGrpc.newBlockingStub(channel)
            .withDeadlineAfter(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS)
            .nodePrepareResources(request);
      }
      return same(
          dev.nauarch.protocols.dra.v1beta1.DRAPluginGrpc.newBlockingStub(channel)
              .withDeadlineAfter(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS)
              .nodePrepareResources(
                  same(
                      request,
                      dev.nauarch.protocols.dra.v1beta1.NodePrepareResourcesRequest.parser())),
          NodePrepareResourcesResponse.parser());
    } catch (StatusRuntimeException e) {
      throw new IOException("NodePrepareResources: " + UnixSockets.reason(e), e);
    }
  }

  /**
   * Has claims taken back; may be repeated.
   *
   * @throws IOException where the driver does not answer
   */
  NodeUnprepareResourcesResponse unprepare(Collection<Claim> claims) throws IOException {
    var request = NodeUnprepareResourcesRequest.newBuilder().addAllClaims(claims).build();
    try {
      if (service.equals(V1)) {
        return DRAPluginGrpc.newBlockingStub(channel)
            .withDeadlineAfter(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS)
            .nodeUnprepareResources(request);
      }
      return same(
          dev.nauarch.protocols.dra.v1beta1.DRAPluginGrpc.newBlockingStub(channel)
              .withDeadlineAfter(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS)
              .nodeUnprepareResources(
                  same(
                      request,
                      dev.nauarch.protocols.dra.v1beta1.NodeUnprepareResourcesRequest.parser())),
          NodeUnprepareResourcesResponse.parser());
    } catch (StatusRuntimeException e) {
      throw new IOException("NodeUnprepareResources: " + UnixSockets.reason(e), e);
    }
  }

  /** A message in the other version, whose fields have the same numbers and kinds. */
  private static <T extends Message> T same(Message message, Parser<T> parser) throws IOException {
    try {
      return parser.parseFrom(message.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("a message of a driver has another form than its version says", e);
    }
  }

  /** Follows what the driver says of its devices' health until it says no more. */
  void followHealth(Consumer<NodeWatchResourcesResponse> onNews) {
    var news =
        DRAResourceHealthGrpc.newBlockingStub(channel)
            .withWaitForReady()
            .nodeWatchResources(NodeWatchResourcesRequest.getDefaultInstance());
    while (news.hasNext()) {
      onNews.accept(news.next());
    }
  }

  @Override
  public void close() {
    UnixSockets.close(channel);
  }
}

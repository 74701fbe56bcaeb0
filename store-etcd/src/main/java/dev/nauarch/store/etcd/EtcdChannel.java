package dev.nauarch.store.etcd;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes the connection to an etcd cluster, of which any member that answers will do. */
final class EtcdChannel {
  private static final String SCHEME = "nauarch-etcd";
  private static final long KEEP_ALIVE_SECONDS = 30;

  static {
    NameResolverRegistry.getDefaultRegistry().register(new MembersProvider());
  }

  private EtcdChannel() {}

  static ManagedChannel open(EtcdOptions options) throws IOException {
    var builder =
        NettyChannelBuilder.forTarget(SCHEME + ":///" + String.join(",", options.endpoints()))
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    if (options.tls().isEmpty()) {
      return builder.usePlaintext().build();
    }
    EtcdOptions.Tls tls = options.tls().get();
    return builder
        .sslContext(
            GrpcSslContexts.forClient()
                .trustManager(tls.certificateAuthority().toFile())
                .keyManager(tls.certificate().toFile(), tls.key().toFile())
                .build())
        .build();
  }

  /** Reads the members out of the target, {@code nauarch-etcd:///host:port,host:port}. */
  private static final class MembersProvider extends NameResolverProvider {

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return new Members(List.of(target.getPath().substring(1).split(",", -1)));
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }
  }

  /** The members as one group, which gRPC goes through until one of them answers. */
  private static final class Members extends NameResolver {
    private final List<String> endpoints;

    Members(List<String> endpoints) {
      this.endpoints = endpoints;
    }

    @Override
    public String getServiceAuthority() {
      return endpoints.getFirst();
    }

    @Override
    public void start(Listener2 listener) {
      List<EquivalentAddressGroup> groups = endpoints.stream().map(Members::group).toList();
      listener.onResult(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build());
    }

    private static EquivalentAddressGroup group(String endpoint) {
      int colon = endpoint.lastIndexOf(':');
      var address =
          new InetSocketAddress(
              endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
      // Each member shows a certificate for its own name.
      var attributes =
          Attributes.newBuilder()
              .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, endpoint)
              .build();
      return new EquivalentAddressGroup(address, attributes);
    }

    @Override
    public void shutdown() {
      // Nothing runs here.
    }
  }
}

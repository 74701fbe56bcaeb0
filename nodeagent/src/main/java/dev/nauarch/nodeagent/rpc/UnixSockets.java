package dev.nauarch.nodeagent.rpc;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Makes gRPC channels to, and servers on, sockets in the file system. */
public final class UnixSockets {

  /** The longest path that the kernel takes for a socket, in bytes; one more ends it. */
  public static final int PATH_BYTES_MAX = 107;

  private static final int THREADS = 2;

  private UnixSockets() {}

  /** The threads that move bytes, made with the first socket; they never run a service's code. */
  private static final class Loops {
    private static final EventLoopGroup GROUP =
        new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("unix-sockets", true), EpollIoHandler.newFactory());
  }

  /**
   * A channel to a socket. It connects with its first call, and again where it was cut; the caller
   * shuts it down, best by {@link #close}. Answers of more than 16 MiB end their call.
   *
   * @throws IOException where the path is too long for a socket
   */
  public static ManagedChannel channel(Path socket) throws IOException {
    return NettyChannelBuilder.forAddress(address(socket))
        .eventLoopGroup(Loops.GROUP)
        .channelType(EpollDomainSocketChannel.class)
        // Servers of other languages refuse the escaped path that would stand there otherwise.
        .overrideAuthority("localhost")
        .directExecutor()
        .maxInboundMessageSize(16 << 20)
        .usePlaintext()
        .build();
  }

  /**
   * A server on a socket, which the owner of this process alone may connect to. A socket of the
   * same name that was left by another process is replaced; each call runs on a virtual thread.
   *
   * @throws IOException where something that is no socket has that name, the path is too long, or
   *     the folder can't be written to
   */
  public static Server serve(Path socket, List<? extends BindableService> services)
      throws IOException {
    var address = address(socket);
    if (Files.exists(socket) && !isSocket(socket)) {
      throw new IOException(socket + " is to be a socket, and is a file of another kind: move it");
    }
    Files.deleteIfExists(socket);
    var builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(Loops.GROUP)
            .workerEventLoopGroup(Loops.GROUP)
            .channelType(EpollServerDomainSocketChannel.class)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    services.forEach(builder::addService);
    var server = builder.build().start();
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    return server;
  }

  /** Whether a socket stands there; a broken link or nothing is none. */
  public static boolean isSocket(Path file) {
    try {
      var kind = (Integer) Files.getAttribute(file, "unix:mode");
      return (kind & 0xF000) == 0xC000;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends a channel and the calls that are under way. */
  public static void close(ManagedChannel channel) {
    channel.shutdownNow();
  }

  /** Ends a server and the calls that are under way, and removes its socket. */
  public static void close(Server server, Path socket) {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What a call failed with, in words: what the other side said, or the kind of the failure. */
  public static String reason(StatusRuntimeException failure) {
    return reason(failure.getStatus());
  }

  /** What a call failed with, in words. */
  public static String reason(StatusException failure) {
    return reason(failure.getStatus());
  }

  private static String reason(Status status) {
    var words = status.getDescription();
    var cause = status.getCause();
    var tail = cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    return status.getCode() + (words == null ? "" : ": " + words) + tail;
  }

  private static DomainSocketAddress address(Path socket) throws IOException {
    var path = socket.toAbsolutePath().toString();
    var bytes = path.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > PATH_BYTES_MAX) {
      throw new IOException(
          "the path of the socket "
              + path
              + " has "
              + bytes
              + " bytes, and the kernel takes "
              + PATH_BYTES_MAX
              + ": use a shorter folder");
    }
    return new DomainSocketAddress(path);
  }
}

package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.protocols.cri.ImageServiceGrpc;
import dev.nauarch.protocols.cri.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.nauarch.protocols.cri.RuntimeServiceGrpc;
import dev.nauarch.protocols.cri.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Calls a runtime, and puts its failures into faults. */
final class Calls implements AutoCloseable {
  /** How long a call may take that asks for nothing slow, as in Kubernetes' agent. */
  static final Duration USUAL = Duration.ofMinutes(2);

  private final Path socket;
  private final ManagedChannel channel;

  /**
   * @throws IOException where there can be no such socket
   */
  Calls(Path socket) throws IOException {
    this.socket = socket;
    this.channel = UnixSockets.channel(socket);
  }

  ManagedChannel channel() {
    return channel;
  }

  <T> T runtime(
      RuntimeFault.Reason reason, Duration most, Function<RuntimeServiceBlockingStub, T> call)
      throws RuntimeFault {
    var stub = RuntimeServiceGrpc.newBlockingStub(channel);
    return call(
        reason, () -> call.apply(stub.withDeadlineAfter(most.toMillis(), TimeUnit.MILLISECONDS)));
  }

  <T> T images(
      RuntimeFault.Reason reason, Duration most, Function<ImageServiceBlockingStub, T> call)
      throws RuntimeFault {
    var stub = ImageServiceGrpc.newBlockingStub(channel);
    return call(
        reason, () -> call.apply(stub.withDeadlineAfter(most.toMillis(), TimeUnit.MILLISECONDS)));
  }

  private interface Call<T> {
    T get();
  }

  private <T> T call(RuntimeFault.Reason reason, Call<T> call) throws RuntimeFault {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      var status = e.getStatus();
      if (status.getCode() == Status.Code.DEADLINE_EXCEEDED
          && reason == RuntimeFault.Reason.TIMEOUT) {
        throw new RuntimeFault(reason, words(status), e);
      }
      throw new RuntimeFault(
          status.getCode() == Status.Code.NOT_FOUND && reason == RuntimeFault.Reason.CREATE
              ? RuntimeFault.Reason.STATE
              : reason,
          status.getCode() == Status.Code.UNAVAILABLE
              ? "the container runtime at " + socket + " does not answer: " + words(status)
              : words(status),
          e);
    }
  }

  private static String words(Status status) {
    var said = status.getDescription();
    return said == null ? status.getCode().toString() : said;
  }

  /** Whether a fault came of a call that the runtime does not know. */
  static boolean isUnknownCall(RuntimeFault fault) {
    return code(fault) == Status.Code.UNIMPLEMENTED;
  }

  /** Whether a fault came of something that is not there. */
  static boolean isNotFound(RuntimeFault fault) {
    return code(fault) == Status.Code.NOT_FOUND;
  }

  private static Status.Code code(RuntimeFault fault) {
    return fault.getCause() instanceof StatusRuntimeException e
        ? e.getStatus().getCode()
        : Status.Code.OK;
  }

  @Override
  public void close() {
    UnixSockets.close(channel);
  }
}

package dev.nauarch.nodeagent.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.protocols.pluginregistration.InfoRequest;
import dev.nauarch.protocols.pluginregistration.PluginInfo;
import dev.nauarch.protocols.pluginregistration.RegistrationGrpc;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixSocketsTest {
  @TempDir Path folder;

  private static final class Plugin extends RegistrationGrpc.RegistrationImplBase {
    @Override
    public void getInfo(InfoRequest request, StreamObserver<PluginInfo> answer) {
      answer.onNext(PluginInfo.newBuilder().setName("gpu.example.com").build());
      answer.onCompleted();
    }
  }

  private static String name(Path socket) throws IOException {
    var channel = UnixSockets.channel(socket);
    try {
      return RegistrationGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .getInfo(InfoRequest.getDefaultInstance())
          .getName();
    } finally {
      UnixSockets.close(channel);
    }
  }

  @Test
  void callsGoOverASocketThatOnlyItsOwnerMayUse() throws Exception {
    var socket = folder.resolve("plugin.sock");
    var server = UnixSockets.serve(socket, List.of(new Plugin()));
    try {
      assertTrue(UnixSockets.isSocket(socket));
      assertEquals(
          PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(socket));
      assertEquals("gpu.example.com", name(socket));
    } finally {
      UnixSockets.close(server, socket);
    }
    assertFalse(Files.exists(socket));
    assertThrows(StatusRuntimeException.class, () -> name(socket));
  }

  @Test
  void aSocketThatWasLeftIsReplacedAndAFileIsNot() throws Exception {
    var socket = folder.resolve("plugin.sock");
    var left = UnixSockets.serve(socket, List.of());
    var server = UnixSockets.serve(socket, List.of(new Plugin()));
    try {
      assertEquals("gpu.example.com", name(socket));
    } finally {
      UnixSockets.close(server, socket);
      left.shutdownNow();
    }
    Files.writeString(socket, "a file");
    assertThrows(IOException.class, () -> UnixSockets.serve(socket, List.of()));
    assertEquals("a file", Files.readString(socket));
  }

  @Test
  void aPathThatTheKernelDoesNotTakeIsRefusedInWords() {
    var socket = folder.resolve("x".repeat(100));
    var refusal = assertThrows(IOException.class, () -> UnixSockets.channel(socket));
    assertTrue(String.valueOf(refusal.getMessage()).contains("the kernel takes 107"));
  }
}

package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * One command inside a container, over a WebSocket: the first byte of each message, be it binary or
 * text, is its channel. With {@code v5.channel.k8s.io} a client may close its input and read on;
 * else that is {@code v4.channel.k8s.io}, which most libraries speak.
 */
public final class CommandSocket implements Session.Listener {
  /** The protocols that it speaks. */
  static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

  private static final Logger LOG = LoggerFactory.getLogger(CommandSocket.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte STDIN = 0;
  private static final byte STDOUT = 1;
  private static final byte STDERR = 2;
  private static final byte ERROR = 3;
  private static final byte RESIZE = 4;
  private static final byte CLOSE = (byte) 255;
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final Duration LOOK = Duration.ofHours(1);

  private final ExecSession command;
  private final boolean tty;
  private volatile @Nullable Session session;

  /** Input is written in order on one thread, so that a slow command blocks nobody else. */
  private final ExecutorService input =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("exec-input").factory());

  CommandSocket(ExecSession command, boolean tty) {
    this.command = command;
    this.tty = tty;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    Thread.ofVirtual().name("exec").start(() -> run(opened));
    opened.demand();
  }

  private void run(Session session) {
    try {
      // Reading a terminal blocks its thread in the kernel, which a virtual one must not.
      var factory = tty ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
      var out = factory.start(() -> copy(command.stdout(), session, STDOUT));
      var err = Thread.ofVirtual().start(() -> copy(command.stderr(), session, STDERR));
      var code = OptionalInt.empty();
      while (code.isEmpty()) {
        code = command.await(LOOK);
      }
      out.join(Duration.ofSeconds(5));
      err.join(Duration.ofSeconds(5));
      send(session, ERROR, status(code.getAsInt()));
      session.close(StatusCode.NORMAL, "", Callback.NOOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CompletionException e) {
      LOG.debug("Nobody hears how a command ended", e);
    } finally {
      command.close();
      input.shutdownNow();
    }
  }

  private static void copy(InputStream in, Session session, byte channel) {
    var chunk = new byte[CHUNK_BYTES];
    try {
      for (var count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        send(session, channel, Arrays.copyOf(chunk, count));
      }
    } catch (IOException | CompletionException e) {
      LOG.debug("A command's output ended early", e);
    }
  }

  /** Sends one message and waits until it has left, so that output does not pile up here. */
  private static void send(Session session, byte channel, byte[] content) {
    var message = ByteBuffer.allocate(content.length + 1).put(channel).put(content).flip();
    Callback.Completable.with(sent -> session.sendBinary(message, sent)).join();
  }

  /** How a command ended, as a Status. */
  static byte[] status(int code) {
    var status = JSON.createObjectNode();
    status.putObject("metadata");
    status.put("status", code == 0 ? "Success" : "Failure");
    if (code != 0) {
      status.put("message", "command terminated with non-zero exit code: exit status " + code);
      status.put("reason", "NonZeroExitCode");
      status
          .putObject("details")
          .putArray("causes")
          .addObject()
          .put("reason", "ExitCode")
          .put("message", String.valueOf(code));
    }
    return status.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    var message = new byte[payload.remaining()];
    payload.get(message);
    callback.succeed();
    takeLater(message);
  }

  @Override
  public void onWebSocketText(String message) {
    takeLater(message.getBytes(StandardCharsets.UTF_8));
  }

  private void takeLater(byte[] message) {
    try {
      input.execute(() -> takeAndGoOn(message));
    } catch (RejectedExecutionException e) {
      LOG.debug("Input came after the command's end", e);
    }
  }

  /** The next message is asked for when this one is done with: a full pipe holds the sender up. */
  private void takeAndGoOn(byte[] message) {
    try {
      take(message);
    } catch (IOException e) {
      LOG.debug("A command does not take its input", e);
    }
    var open = session;
    if (open != null && open.isOpen()) {
      open.demand();
    }
  }

  private void take(byte[] message) throws IOException {
    if (message.length == 0) {
      return;
    }
    switch (message[0]) {
      case STDIN -> {
        command.stdin().write(message, 1, message.length - 1);
        command.stdin().flush();
      }
      case RESIZE -> {
        var size = JSON.readTree(message, 1, message.length - 1);
        command.resize(size.path("Width").asInt(80), size.path("Height").asInt(24));
      }
      case CLOSE -> {
        if (message.length > 1 && message[1] == STDIN) {
          command.stdin().close();
        }
      }
      default -> LOG.debug("A message on channel {} was left aside", message[0]);
    }
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    command.close();
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("A command's connection broke", cause);
    command.close();
  }
}

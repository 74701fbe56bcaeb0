package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
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

/**
 * One command over a WebSocket: the first byte of each message, be it binary or text, is its
 * channel. With {@code v5} a client may close its input and read on; before {@code v4} it is told
 * of failure in words instead of a Status. In the base64 forms messages are text: a digit, and the
 * content in base64.
 */
public final class CommandSocket implements Session.Listener, RunningCommand.Client {
  /** The protocols that it speaks; the last one is that of clients that name none. */
  static final List<String> PROTOCOLS =
      List.of(
          "v5.channel.k8s.io",
          "v4.channel.k8s.io",
          "v4.base64.channel.k8s.io",
          "base64.channel.k8s.io",
          "channel.k8s.io");

  private static final Logger LOG = LoggerFactory.getLogger(CommandSocket.class);
  private static final byte CLOSE = (byte) 255;

  private final RunningCommand command;
  private final boolean isBase64;
  private final boolean hasStatus;
  private volatile @Nullable Session session;

  /** Input is written in order on one thread, so that a slow command blocks nobody else. */
  private final ExecutorService input =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("exec-input").factory());

  CommandSocket(ExecSession session, CommandRequest wanted, String protocol) {
    this.command = new RunningCommand(session, wanted, this);
    this.isBase64 = protocol.contains("base64");
    this.hasStatus = protocol.startsWith("v");
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    command.start();
    opened.demand();
  }

  @Override
  public void send(RunningCommand.Channel channel, byte[] content) throws IOException {
    var open = session;
    if (open == null) {
      throw new IOException("the connection is not open");
    }
    try {
      if (isBase64) {
        var text = channel.number() + Base64.getEncoder().encodeToString(content);
        Callback.Completable.with(sent -> open.sendText(text, sent)).join();
      } else {
        var message =
            ByteBuffer.allocate(content.length + 1)
                .put((byte) channel.number())
                .put(content)
                .flip();
        Callback.Completable.with(sent -> open.sendBinary(message, sent)).join();
      }
    } catch (CompletionException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void ended(int code) throws IOException {
    if (hasStatus) {
      send(RunningCommand.Channel.ERROR, RunningCommand.status(code));
    } else if (code != 0) {
      var words = RunningCommand.message(code).getBytes(StandardCharsets.UTF_8);
      send(RunningCommand.Channel.ERROR, words);
    }
    var open = session;
    if (open != null) {
      open.close(StatusCode.NORMAL, "", Callback.NOOP);
    }
    input.shutdownNow();
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
    takeLater(isBase64 ? decoded(message) : message.getBytes(StandardCharsets.UTF_8));
  }

  /** A message of the base64 form as it is in the binary one; empty where it is none. */
  private static byte[] decoded(String message) {
    if (message.isEmpty()) {
      return new byte[0];
    }
    try {
      var content = Base64.getDecoder().decode(message.substring(1));
      return ByteBuffer.allocate(content.length + 1)
          .put((byte) (message.charAt(0) - '0'))
          .put(content)
          .array();
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
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
    if (message.length > 0) {
      take(message);
    }
    var open = session;
    if (open != null && open.isOpen()) {
      open.demand();
    }
  }

  private void take(byte[] message) {
    var length = message.length - 1;
    if (message[0] == RunningCommand.Channel.STDIN.number()) {
      command.stdin(message, 1, length);
    } else if (message[0] == RunningCommand.Channel.RESIZE.number()) {
      command.resize(message, 1, length);
    } else if (message[0] == CLOSE && length > 0 && message[1] == 0) {
      command.endStdin();
    } else {
      LOG.debug("A message on channel {} was left aside", message[0]);
    }
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    command.stop();
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("A command's connection broke", cause);
    command.stop();
  }
}

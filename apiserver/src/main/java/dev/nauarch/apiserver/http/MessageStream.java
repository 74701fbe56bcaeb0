package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.Response.Streamed;
import dev.nauarch.apiserver.request.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams an answer over a WebSocket, as browsers and some client libraries ask for their watches:
 * each line of JSON is a text message; what is no JSON goes in binary ones.
 */
public final class MessageStream implements Session.Listener.AutoDemanding {

  private static final Logger LOG = LoggerFactory.getLogger(MessageStream.class);

  private final Streamed streamed;
  private final ExecutorService threads;
  private volatile @Nullable Future<?> writing;

  MessageStream(Streamed streamed, ExecutorService threads) {
    this.streamed = streamed;
    this.threads = threads;
  }

  @Override
  public void onWebSocketOpen(Session session) {
    writing = threads.submit(() -> write(session));
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    var running = writing;
    if (running != null) {
      running.cancel(true);
    }
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("A stream of messages broke", cause);
  }

  private void write(Session session) {
    var isJson = streamed.contentType().equals("application/json");
    var isWhole =
        write(
            (bytes, offset, length) -> {
              if (isJson) {
                var lines = new String(bytes, offset, length, StandardCharsets.UTF_8);
                for (var line : lines.lines().toList()) {
                  await(sent -> session.sendText(line, sent));
                }
              } else if (length > 0) {
                await(sent -> session.sendBinary(ByteBuffer.wrap(bytes, offset, length), sent));
              }
            });
    if (isWhole) {
      session.close(StatusCode.NORMAL, "", Callback.NOOP);
    } else {
      session.disconnect();
    }
  }

  /** Lets go of what would have been streamed: there is nobody to hear it. */
  void abandon() {
    write(
        (bytes, offset, length) -> {
          throw new IOException("the handshake failed");
        });
  }

  private boolean write(Sink sink) {
    try {
      streamed.writer().write(sink);
      return true;
    } catch (IOException e) {
      LOG.debug("A stream of messages ended early", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Something that sends one message. */
  private interface Sending {
    void send(Callback sent);
  }

  /** Waits until the message has left, so that what the client does not read does not pile up. */
  private static void await(Sending sending) throws IOException {
    try {
      Callback.Completable.with(sending::send).join();
    } catch (CompletionException e) {
      throw new IOException(e);
    }
  }
}

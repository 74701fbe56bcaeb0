package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.RequestHandler;
import dev.nauarch.apiserver.request.Response.Full;
import dev.nauarch.apiserver.request.Response.Header;
import dev.nauarch.apiserver.request.Response.Streamed;
import dev.nauarch.apiserver.request.Response.Upgraded;
import dev.nauarch.apiserver.request.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands requests from Jetty to the request handler, and its answers back. Called on Jetty's
 * threads, which it never blocks.
 */
final class JettyHandler extends Handler.Abstract.NonBlocking implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JettyHandler.class);
  private static final HttpField NO_CACHE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-cache, private");
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

  private static final int LASTING_MAX = 1000;

  private final RequestHandler requests;
  private final boolean readsInMemory;
  private final ServerWebSocketContainer sockets;
  private final Map<Header, HttpField> lasting = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());

  JettyHandler(RequestHandler requests, boolean readsInMemory, ServerWebSocketContainer sockets) {
    this.requests = requests;
    this.readsInMemory = readsInMemory;
    this.sockets = sockets;
  }

  @Override
  public boolean handle(Request jetty, Response response, Callback callback) {
    var request = JettyRequest.of(jetty);
    if (readsInMemory && requests.isQuick(request)) {
      var atOnce = requests.handleAtOnce(request);
      if (atOnce.isPresent()) {
        answer(atOnce.get(), jetty, response, callback);
        return true;
      }
    }
    threads.execute(() -> answerLater(request, jetty, response, callback));
    return true;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Runs on a thread that may wait. */
  private void answerLater(
      dev.nauarch.apiserver.request.Request request,
      Request jetty,
      Response response,
      Callback callback) {
    try {
      var answer = requests.handle(request);
      if (answer instanceof Full && answer.status() >= HttpStatus.BAD_REQUEST_400) {
        JettyRequest.discardBody(jetty);
      }
      answer(answer, jetty, response, callback);
    } catch (RuntimeException | Error e) {
      // Whatever it is, nobody may wait for an answer for ever.
      callback.failed(e);
    }
  }

  private void answer(
      dev.nauarch.apiserver.request.Response answer,
      Request jetty,
      Response response,
      Callback callback) {
    try {
      response.setStatus(answer.status());
      var headers = response.getHeaders();
      for (var header : answer.headers()) {
        if (header.name().equals("Cache-Control")) {
          headers.put(header.name(), header.value());
        } else {
          headers.add(field(header));
        }
      }
      if (!headers.contains(HttpHeader.CACHE_CONTROL)) {
        headers.put(NO_CACHE);
      }
      switch (answer) {
        case Full(var status, var contentType, var body, var more) -> {
          putContentType(response, contentType);
          if (status != HttpStatus.NOT_MODIFIED_304) {
            headers.put(HttpHeader.CONTENT_LENGTH, body.length);
          }
          response.write(true, ByteBuffer.wrap(body), callback);
        }
        case Streamed streamed -> {
          if (isForWebSocket(jetty) && streamed.status() == 200) {
            sendMessages(streamed, jetty, response, callback);
          } else {
            putContentType(response, streamed.contentType());
            stream(streamed, jetty, response, callback);
          }
        }
        case Upgraded upgraded -> SpliceConnection.upgrade(upgraded, jetty, response, callback);
      }
    } catch (RuntimeException | Error e) {
      // Without an answer the client would wait for ever.
      callback.failed(e);
    }
  }

  private HttpField field(Header header) {
    if (!header.isLasting()) {
      return new HttpField(header.name(), header.value());
    }
    var known = lasting.get(header);
    if (known != null) {
      return known;
    }
    if (lasting.size() >= LASTING_MAX) {
      lasting.clear();
    }
    var field = new PreEncodedHttpField(header.name(), header.value());
    lasting.put(header, field);
    return field;
  }

  private static boolean isForWebSocket(Request jetty) {
    return "websocket".equalsIgnoreCase(jetty.getHeaders().get(HttpHeader.UPGRADE));
  }

  private void sendMessages(
      Streamed streamed, Request jetty, Response response, Callback callback) {
    var messages = new MessageStream(streamed, threads);
    var isUpgraded = false;
    try {
      isUpgraded = sockets.upgrade((upgrade, answer, done) -> messages, jetty, response, callback);
    } finally {
      if (!isUpgraded) {
        messages.abandon();
      }
    }
    if (!isUpgraded) {
      Response.writeError(jetty, response, callback, HttpStatus.BAD_REQUEST_400);
    }
  }

  private static void putContentType(Response response, String contentType) {
    if (contentType.equals("application/json")) {
      response.getHeaders().put(JSON);
    } else if (!contentType.isEmpty()) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    }
  }

  /** Where there is nobody to write to any more, the writer is told so by its first write. */
  private static Sink sink(Request jetty, Response response) {
    var isOfKnownLength = response.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
    if (jetty.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1 || isOfKnownLength) {
      return (bytes, offset, length) ->
          Content.Sink.write(response, false, ByteBuffer.wrap(bytes, offset, length));
    }
    try {
      return ChunkedSink.open(jetty, response);
    } catch (IOException e) {
      return (bytes, offset, length) -> {
        throw e;
      };
    }
  }

  /** Runs on the request's virtual thread, and blocks it while the client does not read. */
  private static void stream(
      Streamed streamed, Request jetty, Response response, Callback callback) {
    // A watch may have nothing to say for longer than a connection may idle.
    jetty.addIdleTimeoutListener(timeout -> false);
    try {
      streamed.writer().write(sink(jetty, response));
      response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    } catch (EofException e) {
      callback.failed(e);
    } catch (IOException e) {
      LOG.debug("A stream ended early: {}", jetty.getHttpURI(), e);
      callback.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      callback.failed(e);
    }
  }
}

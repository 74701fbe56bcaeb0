package dev.nauarch.verification.cluster;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs commands in containers through the API server, as {@code kubectl exec} does. */
final class Exec {
  private static final int CHANNELS = 4;

  private final RemoteOptions server;

  Exec(RemoteOptions server) {
    this.server = server;
  }

  /** What a command prints, its errors and how it ended, each on channels of their own. */
  private static final class Channels implements WebSocket.Listener {
    private final List<ByteArrayOutputStream> content =
        Stream.generate(ByteArrayOutputStream::new).limit(CHANNELS).toList();
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      var channel = data.get();
      var bytes = new byte[data.remaining()];
      data.get(bytes);
      content.get(channel).writeBytes(bytes);
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.countDown();
      return null;
    }
  }

  /** What a command prints in the first container of a pod of the default namespace. */
  String run(String pod, String... command) throws InterruptedException {
    var query =
        Stream.of(command)
            .map(word -> "&command=" + URLEncoder.encode(word, StandardCharsets.UTF_8))
            .collect(Collectors.joining());
    var uri =
        URI.create(
            server.server().toString().replace("https:", "wss:")
                + "/api/v1/namespaces/default/pods/"
                + pod
                + "/exec?stdout=true&stderr=true"
                + query);
    var channels = new Channels();
    try (var http = HttpClient.newBuilder().sslContext(TlsContext.of(server)).build()) {
      http.newWebSocketBuilder()
          .subprotocols("v5.channel.k8s.io")
          .buildAsync(uri, channels)
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
      if (!channels.closed.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("the command did not end");
      }
    }
    return channels.content.stream()
        .map(each -> each.toString(StandardCharsets.UTF_8))
        .collect(Collectors.joining());
  }
}

package dev.nauarch.apiserver.webhook;

import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.client.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls webhooks. May be called from any thread, and blocks no longer than it is told. Connections
 * are kept for later calls.
 */
public final class WebhookClient implements AutoCloseable {

  private static final int IDLE_MAX = 64;
  private static final long IDLE_NANOS_MAX = Duration.ofSeconds(60).toNanos();
  private static final int CONTEXTS_MAX = 200;

  private final ServiceEndpoints endpoints;
  private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
  private final Map<String, SSLContext> contexts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SSLContext> eldest) {
          return size() > CONTEXTS_MAX;
        }
      };
  private final ScheduledExecutorService deadlines = deadlines();

  /** A connection that waits for its next request, and to whom it leads. */
  private record Idle(
      InetSocketAddress address, WebhookAddress to, WebhookConnection connection, long since) {}

  /**
   * @param view where services and their endpoints are looked up
   */
  public WebhookClient(ObjectView view) {
    this.endpoints = new ServiceEndpoints(view);
  }

  /** A clock whose thread lives as long as there is something to wait for. */
  private static ScheduledExecutorService deadlines() {
    var deadlines =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("webhook-deadlines").unstarted(task));
    deadlines.setRemoveOnCancelPolicy(true);
    deadlines.setKeepAliveTime(1, TimeUnit.SECONDS);
    deadlines.allowCoreThreadTimeOut(true);
    return deadlines;
  }

  /**
   * Posts an object and waits for the answer.
   *
   * @param timeout how long all of it may take
   */
  public WebhookAnswer post(WebhookAddress to, ObjectNode body, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    var url = "https://" + to.host() + shownPort(to) + to.target(timeout);
    try {
      var answer = exchange(to, Json.write(body), timeout, deadline);
      return HttpFailure.of(answer)
          .<WebhookAnswer>map(WebhookAnswer.Failed::new)
          .orElseGet(() -> read(answer));
    } catch (IOException e) {
      var why =
          System.nanoTime() >= deadline
              ? "context deadline exceeded"
              : TlsFailure.words(e, to.host());
      return new WebhookAnswer.Failed("Post \"" + url + "\": " + why);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return new WebhookAnswer.Failed(
          "unable to load root certificates: unable to parse bytes as PEM block");
    }
  }

  private static String shownPort(WebhookAddress to) {
    return to.service().isPresent() || to.port() != 443 ? ":" + to.port() : "";
  }

  private static WebhookAnswer read(WebhookConnection.HttpAnswer answer) {
    if (answer.body().length == 0) {
      return new WebhookAnswer.Failed(
          "0-length response with status code: "
              + answer.status()
              + " and content type: "
              + answer.mediaType());
    }
    return Json.parse(answer.body())
        .<WebhookAnswer>map(WebhookAnswer.Answered::new)
        .orElseGet(
            () ->
                new WebhookAnswer.Failed(
                    "couldn't get version/kind; json parse error: the answer is no JSON object"));
  }

  private WebhookConnection.HttpAnswer exchange(
      WebhookAddress to, byte[] body, Duration timeout, long deadline)
      throws IOException, GeneralSecurityException {
    var target = to.target(timeout);
    var reused = idle(to);
    if (reused.isPresent()) {
      try {
        return exchange(reused.get().connection, reused.get().address, to, target, body, deadline);
      } catch (IOException e) {
        // The other end may have closed it while nobody looked; a new one tells.
        if (reused.get().connection.hasBegun() || System.nanoTime() >= deadline) {
          throw e;
        }
      }
    }
    var tls = context(to.authorities());
    var addresses =
        to.service().isPresent()
            ? endpoints.of(to.service().get(), to.port())
            : List.of(new InetSocketAddress(to.host(), to.port()));
    for (var at = 0; ; at++) {
      var connection = new WebhookConnection();
      try {
        connect(connection, addresses.get(at), to, tls, deadline);
        return exchange(connection, addresses.get(at), to, target, body, deadline);
      } catch (WebhookConnection.UnreachableException e) {
        if (at == addresses.size() - 1 || System.nanoTime() >= deadline) {
          throw e;
        }
      }
    }
  }

  private void connect(
      WebhookConnection connection,
      InetSocketAddress address,
      WebhookAddress to,
      SSLContext tls,
      long deadline)
      throws IOException {
    var guard = closeAt(connection, deadline);
    try {
      connection.open(address, to, tls);
    } catch (IOException e) {
      connection.close();
      throw e;
    } finally {
      guard.cancel(false);
    }
  }

  private WebhookConnection.HttpAnswer exchange(
      WebhookConnection connection,
      InetSocketAddress address,
      WebhookAddress to,
      String target,
      byte[] body,
      long deadline)
      throws IOException {
    var guard = closeAt(connection, deadline);
    var isKept = false;
    try {
      var answer = connection.exchange(target, to.authority(), body);
      isKept = !answer.isLast() && guard.cancel(false) && idle.size() < IDLE_MAX;
      if (isKept) {
        idle.addFirst(new Idle(address, to, connection, System.nanoTime()));
      }
      return answer;
    } finally {
      guard.cancel(false);
      if (!isKept) {
        connection.close();
      }
    }
  }

  private java.util.concurrent.ScheduledFuture<?> closeAt(
      WebhookConnection connection, long deadline) {
    return deadlines.schedule(
        connection::close, Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /** A connection that leads there and has not waited too long. */
  private Optional<Idle> idle(WebhookAddress to) {
    var now = System.nanoTime();
    for (var waiting : idle) {
      var isOld = now - waiting.since > IDLE_NANOS_MAX;
      if ((isOld || leadsTo(waiting.to, to)) && idle.remove(waiting)) {
        if (!isOld) {
          return Optional.of(waiting);
        }
        waiting.connection.close();
      }
    }
    return Optional.empty();
  }

  /** Whether both are at the same server, which shall show the same. */
  private static boolean leadsTo(WebhookAddress one, WebhookAddress other) {
    return one.port() == other.port()
        && one.host().equals(other.host())
        && one.authorities().equals(other.authorities());
  }

  private SSLContext context(String authorities) throws GeneralSecurityException {
    synchronized (contexts) {
      var known = contexts.get(authorities);
      if (known != null) {
        return known;
      }
    }
    var made =
        authorities.isEmpty()
            ? TlsContexts.ofMachine(Optional.empty())
            : TlsContexts.of(
                Optional.empty(),
                Pem.readCertificates(
                    new String(Base64.getDecoder().decode(authorities), StandardCharsets.UTF_8)));
    synchronized (contexts) {
      contexts.put(authorities, made);
    }
    return made;
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
    idle.forEach(waiting -> waiting.connection.close());
    idle.clear();
  }
}

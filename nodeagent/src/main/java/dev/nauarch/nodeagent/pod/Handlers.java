package dev.nauarch.nodeagent.pod;

import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a container something, or has it do something: probes and life cycle hooks. */
final class Handlers {
  private static final int OUTPUT_LIMIT = 10 * 1024;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /**
   * The answer.
   *
   * @param success whether it went well
   * @param message what went wrong, or what was said
   */
  record Answer(boolean success, String message) {}

  private final ContainerRuntime runtime;

  /** Made when the first probe needs it: most agents start long before that. */
  private @Nullable HttpClient http;

  Handlers(ContainerRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The client of probes. It does not ask who answers: a probe goes to an address that the agent
   * itself gave out, carries no secret, and must work with the certificate that the pod made up.
   */
  private synchronized HttpClient http() {
    var known = http;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NORMAL)
              .connectTimeout(CONNECT_TIMEOUT)
              .sslContext(TlsContexts.believingEverybody(Optional.empty()))
              .build();
      http = known;
    }
    return known;
  }

  /** Asks a probe's question once. */
  Answer probe(Probe probe, Container container, String containerId, String address)
      throws InterruptedException {
    var seconds = probe.getTimeoutSeconds() == null ? 1 : probe.getTimeoutSeconds();
    var timeout = Duration.ofSeconds(Math.max(1, seconds));
    try {
      if (probe.getExec() != null) {
        return exec(containerId, probe.getExec().getCommand(), timeout);
      }
      if (probe.getHttpGet() != null) {
        return httpGet(probe.getHttpGet(), container, address, timeout);
      }
      if (probe.getTcpSocket() != null) {
        return connect(probe.getTcpSocket(), container, address, timeout);
      }
      return new Answer(false, "this agent does not support probes of this kind");
    } catch (IOException | IllegalArgumentException e) {
      return new Answer(false, reason(e));
    }
  }

  /** What went wrong; some failures to connect have no words of their own. */
  private static String reason(Exception e) {
    return e.getMessage() != null
        ? e.getMessage()
        : e instanceof ConnectException ? "connection refused" : e.getClass().getSimpleName();
  }

  /** Runs a hook, at most so long. */
  Answer hook(
      LifecycleHandler hook,
      Container container,
      String containerId,
      String address,
      Duration timeout)
      throws InterruptedException {
    try {
      if (hook.getExec() != null) {
        return exec(containerId, hook.getExec().getCommand(), timeout);
      }
      if (hook.getHttpGet() != null) {
        return httpGet(hook.getHttpGet(), container, address, timeout);
      }
      if (hook.getSleep() != null) {
        var wanted = Duration.ofSeconds(hook.getSleep().getSeconds());
        Thread.sleep(wanted.compareTo(timeout) < 0 ? wanted : timeout);
        return new Answer(true, "");
      }
      return new Answer(false, "this agent does not support hooks of this kind");
    } catch (IOException | IllegalArgumentException e) {
      return new Answer(false, reason(e));
    }
  }

  private Answer exec(String containerId, List<String> command, Duration timeout)
      throws IOException, InterruptedException {
    try {
      var outcome = runtime.run(containerId, command, timeout);
      return new Answer(outcome.code() == 0, outcome.output().strip());
    } catch (RuntimeFault e) {
      if (e.reason() == RuntimeFault.Reason.TIMEOUT) {
        return new Answer(false, "command timed out after " + timeout.toSeconds() + "s");
      }
      throw e;
    }
  }

  private Answer httpGet(
      HTTPGetAction action, Container container, String address, Duration timeout)
      throws IOException, InterruptedException {
    var scheme = action.getScheme() == null ? "http" : action.getScheme().toLowerCase(Locale.ROOT);
    var host = action.getHost() == null || action.getHost().isEmpty() ? address : action.getHost();
    var path = action.getPath() == null || action.getPath().isEmpty() ? "/" : action.getPath();
    var slash = path.startsWith("/") ? path : "/" + path;
    var request =
        HttpRequest.newBuilder(
                URI.create(scheme + "://" + host + ":" + port(action.getPort(), container) + slash))
            .timeout(timeout)
            .setHeader("User-Agent", "kube-probe/1.36")
            .setHeader("Accept", "*/*");
    for (var header : action.getHttpHeaders()) {
      if (!header.getName().equalsIgnoreCase("host")) {
        request.header(header.getName(), header.getValue());
      }
    }
    var answer = http().send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      var text = new String(body.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
      return answer.statusCode() >= 200 && answer.statusCode() < 400
          ? new Answer(true, text)
          : new Answer(false, "HTTP probe failed with statuscode: " + answer.statusCode());
    }
  }

  private static Answer connect(
      TCPSocketAction action, Container container, String address, Duration timeout)
      throws IOException {
    var host = action.getHost() == null || action.getHost().isEmpty() ? address : action.getHost();
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(host, port(action.getPort(), container)), (int) timeout.toMillis());
      return new Answer(true, "");
    }
  }

  /** The number of a port that may be given by its name. */
  private static int port(@Nullable IntOrString port, Container container) {
    if (port == null) {
      throw new IllegalArgumentException("no port");
    }
    if (port.getIntVal() != null) {
      return port.getIntVal();
    }
    var name = port.getStrVal();
    return container.getPorts().stream()
        .filter(each -> name.equals(each.getName()))
        .map(each -> each.getContainerPort())
        .findFirst()
        .orElseGet(() -> Integer.valueOf(name));
  }
}

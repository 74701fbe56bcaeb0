package dev.nauarch.nodeagent.server;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.nodeagent.pod.PodWorkers;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.ldap.LdapName;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import tools.jackson.databind.json.JsonMapper;

/** Finds out what a request is about and answers it. */
final class AgentHandler extends Handler.Abstract {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> TRUSTED =
      Set.of("O=system:masters", "CN=kube-apiserver-kubelet-client");

  private final PodWorkers workers;
  private final ContainerRuntime runtime;
  private final CommandHandler commands;
  private final PortHandler ports;

  AgentHandler(PodWorkers workers, ContainerRuntime runtime, ServerWebSocketContainer sockets) {
    this.workers = workers;
    this.runtime = runtime;
    this.commands = new CommandHandler(sockets);
    this.ports = new PortHandler(sockets);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!isTrusted(request)) {
      return refuse(response, callback, 403, "Forbidden");
    }
    var words = List.of(Request.getPathInContext(request).substring(1).split("/", -1));
    var place = words.size() == 4 ? words.subList(1, 4) : List.<String>of();
    return switch (words.getFirst()) {
      case "healthz" -> text(response, callback, "text/plain", "ok");
      case "pods" -> text(response, callback, "application/json", pods());
      case "metrics" ->
          text(response, callback, "text/plain; version=0.0.4", new UsageText(runtime).text());
      case "containerLogs" ->
          place.isEmpty()
              ? refuse(response, callback, 404, "no such page")
              : logs(place, request, response, callback);
      case "exec" ->
          place.isEmpty()
              ? refuse(response, callback, 404, "no such page")
              : exec(place, request, response, callback);
      case "attach" ->
          place.isEmpty()
              ? refuse(response, callback, 404, "no such page")
              : attach(place, request, response, callback);
      case "portForward" ->
          words.size() == 3
              ? forward(new ObjectKey(words.get(1), words.get(2)), request, response, callback)
              : refuse(response, callback, 404, "no such page");
      default -> refuse(response, callback, 404, "no such page");
    };
  }

  /** The authority signs nodes and users too; only those who act for the API server may come in. */
  private static boolean isTrusted(Request request) {
    var session =
        request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData s
            ? s
            : null;
    if (session == null || session.peerCertificates() == null) {
      return false;
    }
    var subject = session.peerCertificates()[0].getSubjectX500Principal().getName();
    try {
      return new LdapName(subject)
          .getRdns().stream()
              .flatMap(part -> values(part.toAttributes()).stream())
              .anyMatch(TRUSTED::contains);
    } catch (InvalidNameException e) {
      return false;
    }
  }

  /** Each attribute as {@code TYPE=VALUE}, the value as it is: names may hold commas. */
  private static List<String> values(Attributes attributes) {
    return Collections.list(attributes.getIDs()).stream()
        .map(id -> id + "=" + valueOf(attributes.get(id)))
        .toList();
  }

  private static String valueOf(Attribute attribute) {
    try {
      return String.valueOf(attribute.get());
    } catch (NamingException e) {
      return "";
    }
  }

  private static boolean refuse(Response response, Callback callback, int code, String message) {
    response.setStatus(code);
    return text(response, callback, "text/plain", message);
  }

  private static boolean text(Response response, Callback callback, String type, String content) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    Content.Sink.write(response, true, content, callback);
    return true;
  }

  private String pods() {
    var list = JSON.createObjectNode();
    list.put("kind", "PodList").put("apiVersion", "v1");
    list.putObject("metadata");
    var items = list.putArray("items");
    workers
        .pods()
        .forEach(pod -> items.add(JSON.<tools.jackson.databind.JsonNode>valueToTree(pod)));
    return list.toString();
  }

  private boolean logs(List<String> place, Request request, Response response, Callback callback) {
    var parameters = Request.extractQueryParameters(request);
    LogQuery query;
    try {
      query = LogQuery.of(parameters::getValue, Instant.now());
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      return refuse(response, callback, 400, String.valueOf(e.getMessage()));
    }
    var key = new ObjectKey(place.get(0), place.get(1));
    var name = place.get(2);
    Optional<ContainerStatus> container;
    try {
      container = workers.container(key, name, query.previous());
    } catch (RuntimeFault e) {
      return refuse(response, callback, 500, String.valueOf(e.getMessage()));
    }
    if (container.isEmpty()) {
      var why = LogRefusal.of(workers.pod(key), place.get(1), name, query.previous());
      return refuse(response, callback, 400, why);
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
    Thread.ofVirtual().name("log").start(() -> stream(container.get(), query, response, callback));
    return true;
  }

  private void stream(
      ContainerStatus container, LogQuery query, Response response, Callback callback) {
    try {
      try (var out = Content.Sink.asOutputStream(response)) {
        new LogReader(container.logFile(), query, out).copy(() -> runs(container.id()));
      }
      callback.succeeded();
    } catch (IOException e) {
      callback.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      callback.failed(e);
    }
  }

  private boolean runs(String id) {
    try {
      return runtime
          .container(id)
          .map(status -> status.state() == ContainerStatus.State.RUNNING)
          .orElse(false);
    } catch (RuntimeFault e) {
      return false;
    }
  }

  private boolean exec(List<String> place, Request request, Response response, Callback callback) {
    var wanted = CommandRequest.of(Request.extractQueryParameters(request));
    return command(
        place, wanted, id -> runtime.exec(id, wanted.config()), request, response, callback);
  }

  private boolean attach(
      List<String> place, Request request, Response response, Callback callback) {
    var wanted = CommandRequest.of(Request.extractQueryParameters(request));
    return command(
        place, wanted, id -> runtime.attach(id, wanted.stdin()), request, response, callback);
  }

  /** Begins a command in a container. */
  private interface Begin {
    ExecSession in(String container) throws RuntimeFault;
  }

  private boolean command(
      List<String> place,
      CommandRequest wanted,
      Begin begin,
      Request request,
      Response response,
      Callback callback) {
    var key = new ObjectKey(place.get(0), place.get(1));
    Optional<ContainerStatus> container;
    try {
      container = workers.container(key, place.get(2), false);
    } catch (RuntimeFault e) {
      return refuse(response, callback, 500, String.valueOf(e.getMessage()));
    }
    if (container.isEmpty()) {
      return refuse(response, callback, 404, "container not found (\"" + place.get(2) + "\")");
    }
    var id = container.get().id();
    return commands.handle(wanted, () -> begin.in(id), request, response, callback);
  }

  private boolean forward(ObjectKey key, Request request, Response response, Callback callback) {
    var pod = workers.pod(key);
    return pod.isEmpty()
        ? refuse(response, callback, 404, "pod not found (\"" + key.name() + "\")")
        : ports.handle(port -> connect(pod.get(), port), request, response, callback);
  }

  private SocketChannel connect(Pod pod, int port) throws IOException {
    var meta = pod.getMetadata();
    try {
      var sandbox =
          workers
              .sandbox(pod)
              .orElseThrow(
                  () ->
                      new RuntimeFault(
                          RuntimeFault.Reason.STATE, "pod " + meta.getName() + " does not run"));
      return runtime.connect(sandbox.id(), port);
    } catch (IOException e) {
      var where = "port " + port + " to pod " + meta.getName() + ", uid " + meta.getUid();
      throw new IOException("error forwarding " + where + ": " + e.getMessage(), e);
    }
  }
}

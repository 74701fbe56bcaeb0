package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Extensions;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import dev.nauarch.client.tls.TlsContexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Leads requests for groups that other servers serve to those servers. It knows none until {@link
 * ServiceFollower} has told it. May be called from any thread.
 */
public final class Aggregation implements Extensions {

  private final ExtensionServers servers;
  private final AvailabilityCheck check;
  private final Set<String> suspects = ConcurrentHashMap.newKeySet();
  private final AtomicReference<ServiceTable> table = new AtomicReference<>(ServiceTable.NONE);
  private final AtomicReference<Runnable> follower = new AtomicReference<>(() -> {});

  /**
   * @param view where services and their endpoints are looked up
   * @param frontProxy what other servers are shown, by which they know that they may believe who
   *     this server says is asking
   */
  public Aggregation(ObjectView view, TlsContexts.Identity frontProxy) {
    this.servers = new ExtensionServers(view, frontProxy);
    this.check = new AvailabilityCheck(view, servers);
  }

  /** The documents of this server with those of the others. */
  public Documents merged(Documents own) {
    return new MergedDocuments(own, table::get, new MergedSwagger(servers));
  }

  @Override
  public Optional<Extension> find(String group, String version) {
    var known = table.get();
    return known.remotes().isEmpty()
        ? Optional.empty()
        : known
            .remote(group, version)
            .map(service -> (request, user) -> answer(service, request, user));
  }

  private Response answer(ApiService service, Request request, User user) {
    if (!service.isAvailable()) {
      return away("service unavailable");
    }
    try {
      return servers.pass(service.backing().orElseThrow(), request, user);
    } catch (IOException e) {
      suspects.add(service.key());
      follower.get().run();
      return away("error trying to reach service: " + e.getMessage());
    }
  }

  private static Response away(String why) {
    return new Response.Full(
        503,
        "text/plain; charset=utf-8",
        (why + "\n").getBytes(StandardCharsets.UTF_8),
        List.of(new Header("X-Content-Type-Options", "nosniff")));
  }

  /** Has somebody told whenever a server did not answer. */
  void onSuspect(Runnable told) {
    follower.set(told);
  }

  /** Whether a server has not answered somebody since this was asked last. */
  boolean isSuspect(ApiService service) {
    return suspects.remove(service.key());
  }

  ServiceTable table() {
    return table.get();
  }

  void set(ServiceTable next) {
    table.set(next);
  }

  AvailabilityCheck check() {
    return check;
  }
}

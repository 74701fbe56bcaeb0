package dev.nauarch.gateway;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.inference.InferencePool;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.routing.Route;
import dev.nauarch.routing.RouteProjection;
import dev.nauarch.routing.RouteProjection.Attachment;
import dev.nauarch.routing.RouteTable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the Gateways of class {@code nauarch}: opens their HTTP listeners, follows their routes,
 * pools and replicas, and writes their status.
 *
 * <p>One thread rebuilds the immutable {@link Targets} whenever something changed; requests read
 * whatever was published last.
 */
public final class ModelGateway implements AutoCloseable {
  /** The name of the GatewayClass that this gateway serves. */
  public static final String CLASS = "nauarch";

  private static final Logger LOG = LoggerFactory.getLogger(ModelGateway.class);
  private static final Duration QUIET = Duration.ofMillis(20);

  private final ClusterClient client;
  private final ChangeSignal changed = new ChangeSignal();
  private final Informer<GatewayClass> classes;
  private final Informer<Gateway> gateways;
  private final Informer<HTTPRoute> routes;
  private final Informer<InferencePool> pools;
  private final Informer<Pod> pods;
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;
  private final Listeners listeners;
  private final MetricsPoller poller;
  private final StatusWriter statuses;
  private final Thread thread;
  private volatile Targets targets = Targets.NONE;

  private ModelGateway(ClusterClient client, GatewayOptions options, InstantSource clock) {
    this.client = client;
    var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.connectTimeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    var board = new LoadBoard();
    this.listeners =
        new Listeners(
            options.listenAddress(), new ProxyHandler(http, options, () -> targets, board));
    this.poller =
        new MetricsPoller(http, options.metricsInterval(), () -> targets.poolEndpoints(), board);
    this.statuses = new StatusWriter(client, clock);
    this.classes = inform(Resources.GATEWAY_CLASSES);
    this.gateways = inform(Resources.GATEWAYS);
    this.routes = inform(Resources.HTTP_ROUTES);
    this.pools = inform(InferencePool.RESOURCE);
    this.pods = Informer.start(client, Resources.PODS.outline(), Selection.ALL, whilePooled());
    this.services = inform(Resources.SERVICES);
    this.slices = inform(Resources.ENDPOINT_SLICES);
    this.thread = Thread.ofVirtual().name("gateway").start(this::run);
  }

  /** Starts to serve. */
  public static ModelGateway start(
      ClusterClient client, GatewayOptions options, InstantSource clock) {
    return new ModelGateway(client, options, clock);
  }

  private <T extends HasMetadata> Informer<T> inform(Resource<T> resource) {
    return Informer.start(client, resource.outline(), Selection.ALL, changed.listener());
  }

  /** A pod is nothing to this gateway while there are no pools: each pool brings its pods along. */
  private InformerListener<Pod> whilePooled() {
    return changed.listener(_ -> !pools.all().isEmpty());
  }

  private void run() {
    try {
      for (var informer : List.of(classes, gateways, routes, pools, pods, services, slices)) {
        while (!informer.awaitSynced(Duration.ofSeconds(30))) {
          LOG.warn("the gateway's objects can't be listed yet");
        }
      }
      while (!Thread.currentThread().isInterrupted()) {
        refresh();
        changed.await(QUIET);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh() {
    var ours =
        classes.all().stream()
            .filter(each -> StatusWriter.CONTROLLER.equals(each.getSpec().getControllerName()))
            .toList();
    var names = ours.stream().map(each -> each.getMetadata().getName()).toList();
    var mine =
        gateways.all().stream()
            .filter(gateway -> names.contains(gateway.getSpec().getGatewayClassName()))
            .toList();
    var attachmentsByRoute = new LinkedHashMap<HTTPRoute, List<Attachment>>();
    for (var route : routes.all()) {
      attachmentsByRoute.put(route, RouteProjection.attach(route, mine));
    }
    targets =
        Targets.of(
            new RouteTable(attached(attachmentsByRoute)),
            pools.all(),
            pools.all().isEmpty() ? List.of() : pods.all(),
            services.all(),
            slices.all());
    poller.refresh();
    var failureByPort = listeners.open(ports(mine));
    try {
      statuses.writeClasses(ours);
      statuses.write(mine, attachmentsByRoute, failureByPort, pools.all(), targets);
    } catch (RuntimeException e) {
      LOG.warn("a status could not be written; the next change tries again", e);
    }
  }

  private static List<Route> attached(Map<HTTPRoute, List<Attachment>> attachmentsByRoute) {
    var result = new ArrayList<Route>();
    for (var attachments : attachmentsByRoute.values()) {
      attachments.forEach(attachment -> result.addAll(attachment.routes()));
    }
    return result;
  }

  private static List<Integer> ports(List<Gateway> gateways) {
    return gateways.stream()
        .flatMap(gateway -> gateway.getSpec().getListeners().stream())
        .filter(listener -> "HTTP".equals(listener.getProtocol()))
        .map(listener -> Objects.requireNonNull(listener.getPort()))
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    thread.interrupt();
    List.of(gateways, routes, pools, pods, services, slices).forEach(Informer::close);
    poller.close();
    listeners.close();
  }
}

package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.aggregation.Aggregation;
import dev.nauarch.apiserver.aggregation.ServiceFollower;
import dev.nauarch.apiserver.audit.Auditor;
import dev.nauarch.apiserver.authentication.FrontProxyRequests;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.crd.CustomForms;
import dev.nauarch.apiserver.encryption.EncryptedStore;
import dev.nauarch.apiserver.flowcontrol.FlowControl;
import dev.nauarch.apiserver.http.HttpOptions;
import dev.nauarch.apiserver.http.HttpServer;
import dev.nauarch.apiserver.inprocess.InProcessClient;
import dev.nauarch.apiserver.migration.StorageMigrations;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.registry.Parts;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.request.Access;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Extensions;
import dev.nauarch.apiserver.request.RequestHandler;
import dev.nauarch.apiserver.stream.AgentConnections;
import dev.nauarch.apiserver.upkeep.KindFollower;
import dev.nauarch.apiserver.upkeep.Upkeep;
import dev.nauarch.apiserver.usage.DeviceMetrics;
import dev.nauarch.apiserver.usage.UsageMetrics;
import dev.nauarch.apiserver.watch.WatchCache;
import dev.nauarch.apiserver.webhook.WebhookClient;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.store.Store;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running Kubernetes API server over a store. */
public final class ApiServer implements AutoCloseable {

  private static final int HTTP_THREADS = 16;

  private final WatchCache cache;
  private final WebhookClient webhooks;
  private final InProcessClient.Wiring clients;
  private final HttpServer http;
  private final Upkeep upkeep;
  private final StoreCare care;
  private final Optional<Auditor> auditor;
  private final FlowControl flows;
  private final UsageMetrics usage;
  private final AtomicBoolean isReady;
  private final Optional<Aggregation> aggregation;
  private final List<KindFollower> followers = new CopyOnWriteArrayList<>();

  private ApiServer(
      WatchCache cache,
      InProcessClient.Wiring clients,
      HttpServer http,
      Upkeep upkeep,
      StoreCare care,
      Surroundings surroundings,
      AtomicBoolean isReady) {
    this.cache = cache;
    this.webhooks = surroundings.webhooks;
    this.clients = clients;
    this.http = http;
    this.upkeep = upkeep;
    this.care = care;
    this.auditor = surroundings.auditor;
    this.flows = surroundings.flows;
    this.usage = surroundings.usage;
    this.isReady = isReady;
    this.aggregation = surroundings.aggregation;
  }

  /**
   * Starts the server of a cluster, and writes what every cluster begins with. It is ready when
   * this returns.
   *
   * @param builtIn the kinds of the emulated version
   * @param plain where its objects lie; the caller closes it after the server
   * @throws IOException when the port can't be had
   */
  public static ApiServer start(
      ClusterOptions options, Catalog builtIn, Store plain, InstantSource clock)
      throws IOException {
    var store = new EncryptedStore(plain, options.server().encryption());
    var version = options.server().emulatedVersion();
    var catalog = new LiveCatalog(builtIn);
    var forms = new CustomForms();
    var guards =
        new StandardGuards(
            store,
            options.trust(),
            options.services(),
            catalog,
            forms,
            options.server().plugins(),
            clock);
    var authority = options.frontProxy().authority();
    var server =
        start(
            options.server(),
            store,
            CatalogMechanics.of(catalog, forms, version, clock),
            (view, webhooks) ->
                guards
                    .make(view, webhooks)
                    .authenticatedBy(own -> new FrontProxyRequests(own, authority, clock)),
            Optional.of(options.frontProxy()),
            clock);
    try {
      forms.callWith(server.webhooks);
      server.followers.add(
          CustomResources.start(server.clients.registry(), catalog, forms::define));
      StorageMigrations.start(server.clients.registry(), catalog).ifPresent(server.followers::add);
      var bootstrap = new Bootstrap(server.clients.registry(), catalog.get());
      bootstrap.writeNamespaces();
      bootstrap.writeService(options, server.port());
      bootstrap.writeServiceRange(options.services().addresses().cidr());
      bootstrap.writeAuthentication(options);
      server.extensions(catalog);
      server.isReady.set(true);
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Starts a server of given parts.
   *
   * @param options how it runs
   * @param store where its objects lie; the caller closes it after the server
   * @param mechanics what is derived from the catalog
   * @param guards what stands between requests and the store
   * @param clock the time
   * @throws IOException when the port can't be had
   */
  public static ApiServer start(
      ApiServerOptions options,
      Store store,
      Mechanics mechanics,
      Guards.Maker guards,
      InstantSource clock)
      throws IOException {
    var encrypted = new EncryptedStore(store, options.encryption());
    return start(options, encrypted, mechanics, guards, Optional.empty(), clock);
  }

  private static ApiServer start(
      ApiServerOptions options,
      EncryptedStore store,
      Mechanics mechanics,
      Guards.Maker guards,
      Optional<ClusterCertificates.FrontProxy> frontProxy,
      InstantSource clock)
      throws IOException {
    var auditor = auditor(options, clock);
    var cache = WatchCache.start(store);
    var webhooks = new WebhookClient(cache);
    var flows = FlowControl.start(cache, cache::count, options.load());
    var devices = new DeviceMetrics(cache);
    var agents = new AgentConnections(options.agentIdentity(), cache, devices);
    var usage = UsageMetrics.start(cache, node -> agents.page(node, "/metrics/resource"), clock);
    try {
      var made = guards.make(cache, webhooks);
      var registry = new Registry(parts(store, cache, made, mechanics, clock), List.of(usage));
      var access = new Access(made.authenticator(), made.strangers(), made.authorizer());
      var isReady = new AtomicBoolean();
      var aggregation = frontProxy.map(proxy -> aggregation(cache, proxy));
      var documents = documents(made, mechanics, aggregation);
      var surroundings =
          new Surroundings(
              request -> devices.page(request).or(() -> documents.find(request)),
              aggregation,
              agents,
              usage,
              webhooks,
              auditor,
              flows);
      var handler = handler(options, mechanics, access, registry, surroundings, isReady);
      var http =
          HttpServer.start(
              new HttpOptions(
                  options.hosts(),
                  options.port(),
                  options.identity(),
                  HTTP_THREADS,
                  options.readsInMemory(),
                  options.patience()),
              handler);
      var clients = new InProcessClient.Wiring(mechanics.catalog(), registry, access, handler);
      var care = StoreCare.start(store, cache);
      var upkeep = Upkeep.start(registry, mechanics.catalog().get(), made.chores());
      return new ApiServer(cache, clients, http, upkeep, care, surroundings, isReady);
    } catch (IOException | RuntimeException e) {
      usage.close();
      flows.close();
      cache.close();
      webhooks.close();
      auditor.ifPresent(Auditor::close);
      throw e;
    }
  }

  private static Parts parts(
      EncryptedStore store,
      WatchCache cache,
      Guards made,
      Mechanics mechanics,
      InstantSource clock) {
    return new Parts(
        store,
        cache,
        made.admission(),
        made.strategies(),
        mechanics.schemas(),
        mechanics.ownership(),
        mechanics.forms(),
        clock);
  }

  /**
   * A client in this process.
   *
   * @param user who it acts as
   * @param agent the name under which it owns the fields that it writes
   */
  public ClusterClient client(User user, String agent) {
    return new InProcessClient(clients, user, agent);
  }

  private static Aggregation aggregation(
      WatchCache cache, ClusterCertificates.FrontProxy frontProxy) {
    var client = frontProxy.client();
    return new Aggregation(
        cache, new TlsContexts.Identity(List.of(client.certificate()), client.key()));
  }

  private void extensions(LiveCatalog catalog) {
    var services =
        ServiceFollower.start(
            aggregation.orElseThrow(),
            clients.registry(),
            catalog.builtIn(),
            catalog,
            SystemWriter.options(WriteOptions.Apply.NO));
    catalog.onChange(services::wake);
    followers.add(services);
  }

  /** The kinds of this moment. */
  public Catalog catalog() {
    return clients.catalog().get();
  }

  /** The port that it listens on. */
  public int port() {
    return http.port();
  }

  @Override
  public void close() {
    isReady.set(false);
    care.close();
    upkeep.close();
    followers.forEach(KindFollower::close);
    usage.close();
    flows.close();
    cache.close();
    http.close();
    webhooks.close();
    auditor.ifPresent(Auditor::close);
  }

  private static RequestHandler handler(
      ApiServerOptions options,
      Mechanics mechanics,
      Access access,
      Registry registry,
      Surroundings surroundings,
      AtomicBoolean isReady) {
    var metrics =
        new RequestMetrics(
            registry.parts().cache(),
            surroundings.auditor.map(Auditor::log),
            surroundings.flows::print);
    var pages =
        new SystemPages(
            options.emulatedVersion(),
            new HealthPages(isReady::get),
            metrics::page,
            request ->
                surroundings.flows.find(request).or(() -> surroundings.documents.find(request)));
    return new RequestHandler(
        new RequestHandler.Wiring(
            mechanics.catalog(),
            access,
            registry,
            mechanics.formats(),
            pages,
            surroundings.agents,
            surroundings.extensions(),
            metrics,
            surroundings.flows,
            surroundings.auditor.map(made -> made)));
  }

  /**
   * What stands beside the verbs.
   *
   * @param documents the paths that are no resources
   * @param aggregation leads to servers of other groups
   * @param agents leads to the agents of nodes
   * @param usage what nodes and pods use
   * @param webhooks calls those who are asked about writes, or convert objects
   * @param auditor writes requests down
   * @param flows has requests take turns
   */
  private record Surroundings(
      Documents documents,
      Optional<Aggregation> aggregation,
      AgentConnections agents,
      UsageMetrics usage,
      WebhookClient webhooks,
      Optional<Auditor> auditor,
      FlowControl flows) {

    Extensions extensions() {
      return aggregation.<Extensions>map(others -> others).orElse(Extensions.NONE);
    }
  }

  private static Documents documents(
      Guards made, Mechanics mechanics, Optional<Aggregation> aggregation) {
    Documents own =
        request -> made.documents().find(request).or(() -> mechanics.documents().find(request));
    return aggregation.map(others -> others.merged(own)).orElse(own);
  }

  private static Optional<Auditor> auditor(ApiServerOptions options, InstantSource clock)
      throws IOException {
    return options.audit().isEmpty()
        ? Optional.empty()
        : Optional.of(Auditor.open(options.audit().get(), clock));
  }
}

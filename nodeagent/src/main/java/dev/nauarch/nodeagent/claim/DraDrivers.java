package dev.nauarch.nodeagent.claim;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.plugin.PluginHandler;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.drahealth.NodeWatchResourcesResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drivers of claims on a node. Of several with one name the last that is connected is asked, so
 * that a driver can be replaced by one that starts before it ends. What a driver offers is deleted
 * when none of its name has been connected for a while: pods are to go elsewhere.
 */
final class DraDrivers implements PluginHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DraDrivers.class);
  private static final Duration HEALTH_PAUSE = Duration.ofSeconds(5);

  private final ClusterClient client;
  private final String node;
  private final Duration patience;
  private final BiConsumer<String, NodeWatchResourcesResponse> onHealth;
  private final Consumer<String> onSilence;
  private final Map<String, List<DraDriver>> drivers = new TreeMap<>();
  private final Map<String, Thread> wipes = new TreeMap<>();
  private final Map<DraDriver, Thread> healthWatches = new HashMap<>();

  /**
   * For one node.
   *
   * @param patience how long a driver may be away before what it offers is deleted
   * @param onHealth told what a driver says of its devices
   * @param onSilence told that a driver says nothing any more
   */
  DraDrivers(
      ClusterClient client,
      String node,
      Duration patience,
      BiConsumer<String, NodeWatchResourcesResponse> onHealth,
      Consumer<String> onSilence) {
    this.client = client;
    this.node = node;
    this.patience = patience;
    this.onHealth = onHealth;
    this.onSilence = onSilence;
  }

  /** Has what drivers offer deleted that do not come, as after the loss of the whole machine. */
  void expectAll() {
    Thread.ofVirtual()
        .name("resource-slices")
        .start(
            () -> {
              try {
                offered("").forEach(slice -> sync(slice.getSpec().getDriver()));
              } catch (ApiException e) {
                LOG.warn("What drivers offer on this node is not known: {}", e.getMessage());
              }
            });
  }

  private List<io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice> offered(String driver) {
    var fields = "spec.nodeName=" + node + (driver.isEmpty() ? "" : ",spec.driver=" + driver);
    return client.list(Resources.RESOURCE_SLICES, new Selection("", "", fields)).items();
  }

  @Override
  public Optional<String> refusal(String name, Path endpoint, List<String> versions) {
    var where = " of DRA driver plugin " + name + " at endpoint " + endpoint + ": ";
    if (versions.isEmpty()) {
      return Optional.of(
          "invalid supported gRPC versions"
              + where
              + "empty list of supported gRPC services (aka supported versions)");
    }
    return DraDriver.service(versions).isPresent()
        ? Optional.empty()
        : Optional.of(
            "invalid supported gRPC versions"
                + where
                + "none of services supported by the plugin ("
                + versions
                + ") are supported by the kubelet (["
                + DraDriver.V1
                + ", "
                + DraDriver.V1BETA1
                + "])");
  }

  @Override
  public void register(String name, Path endpoint, List<String> versions) throws IOException {
    var driver = DraDriver.open(name, endpoint, versions);
    synchronized (drivers) {
      var known = drivers.computeIfAbsent(name, each -> new ArrayList<>());
      if (known.stream().anyMatch(each -> each.endpoint().equals(endpoint))) {
        driver.close();
        throw new IOException(
            "endpoint " + endpoint + " already registered for DRA driver plugin " + name);
      }
      known.add(driver);
      if (driver.tellsHealth()) {
        healthWatches.put(
            driver, Thread.ofVirtual().name("health-" + name).start(() -> watchHealth(driver)));
      }
    }
    follow(driver);
  }

  /** Looks after the driver's connection for as long as it is registered. */
  private void follow(DraDriver driver) {
    synchronized (drivers) {
      if (!drivers.getOrDefault(driver.name(), List.of()).contains(driver)) {
        return;
      }
    }
    driver.onConnection(() -> Thread.startVirtualThread(() -> follow(driver)));
    sync(driver.name());
  }

  private void watchHealth(DraDriver driver) {
    try {
      while (true) {
        try {
          driver.followHealth(news -> onHealth.accept(driver.name(), news));
        } catch (StatusRuntimeException e) {
          if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
            return;
          }
          LOG.info(
              "Driver {} tells no more of its devices' health: {}",
              driver.name(),
              UnixSockets.reason(e));
        }
        onSilence.accept(driver.name());
        Thread.sleep(HEALTH_PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void deregister(String name, Path endpoint) {
    Optional<DraDriver> gone;
    synchronized (drivers) {
      var known = drivers.getOrDefault(name, new ArrayList<>());
      gone = known.stream().filter(each -> each.endpoint().equals(endpoint)).findFirst();
      gone.ifPresent(known::remove);
      if (known.isEmpty()) {
        drivers.remove(name);
      }
      gone.map(healthWatches::remove).ifPresent(Thread::interrupt);
    }
    gone.ifPresent(DraDriver::close);
    sync(name);
  }

  /**
   * A driver to ask.
   *
   * @throws IOException where none of that name is registered
   */
  DraDriver driver(String name) throws IOException {
    synchronized (drivers) {
      var known = drivers.getOrDefault(name, List.of());
      if (known.isEmpty()) {
        throw new IOException("DRA driver " + name + " is not registered");
      }
      for (var driver : known.reversed()) {
        if (driver.isConnected()) {
          return driver;
        }
      }
      return known.getLast();
    }
  }

  /** Begins or ends to wait for a driver, by whether it is there. */
  private void sync(String name) {
    synchronized (drivers) {
      var usable = drivers.getOrDefault(name, List.of()).stream().anyMatch(DraDriver::isConnected);
      if (usable) {
        var wipe = wipes.remove(name);
        if (wipe != null) {
          wipe.interrupt();
        }
      } else {
        wipes.computeIfAbsent(
            name, each -> Thread.ofVirtual().name("wipe-" + name).start(() -> wipe(name)));
      }
    }
  }

  private void wipe(String name) {
    try {
      Thread.sleep(patience);
      while (!isWiped(name)) {
        Thread.sleep(HEALTH_PAUSE);
      }
      synchronized (drivers) {
        wipes.remove(name, Thread.currentThread());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isWiped(String name) {
    try {
      for (var slice : offered(name)) {
        LOG.info("Driver {} is gone: deleting its ResourceSlice {}", name, ObjectKey.of(slice));
        client.delete(
            Resources.RESOURCE_SLICES,
            ObjectKey.of(slice),
            new DeleteOptions(OptionalLong.empty(), "", slice.getMetadata().getUid(), ""));
      }
      return true;
    } catch (ApiException e) {
      LOG.warn("What driver {} offered is not deleted yet: {}", name, e.getMessage());
      return e.reason() == ApiException.Reason.CONFLICT;
    }
  }

  @Override
  public void close() {
    synchronized (drivers) {
      wipes.values().forEach(Thread::interrupt);
      healthWatches.values().forEach(Thread::interrupt);
      drivers.values().forEach(known -> known.forEach(DraDriver::close));
      drivers.clear();
    }
  }
}

package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Clients that create objects, each until the server is gone, and remember what it acknowledged.
 */
final class WriteLoad {
  private static final int CLIENTS = 4;
  private static final String VALUE = "x".repeat(3_000);

  private final String label;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final List<Thread> clients = new ArrayList<>();

  private WriteLoad(String label) {
    this.label = label;
  }

  /** Starts the clients; the label tells the objects of this load from others. */
  static WriteLoad start(RemoteOptions options, String label) {
    var load = new WriteLoad(label);
    for (var i = 0; i < CLIENTS; i++) {
      var name = label + "-" + i + "-";
      load.clients.add(Thread.ofVirtual().start(() -> load.write(options, name)));
    }
    return load;
  }

  private void write(RemoteOptions options, String prefix) {
    try (var client = RemoteClient.connect(options)) {
      for (var i = 0; ; i++) {
        var map =
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(prefix + i)
                .withNamespace("default")
                .addToLabels("load", label)
                .endMetadata()
                .addToData("value", VALUE)
                .build();
        client.create(Resources.CONFIG_MAPS, map);
        acknowledged.add(prefix + i);
      }
    } catch (ApiException serverIsGone) {
      // Whether this last one was written is not known.
    }
  }

  /** Waits until the server has acknowledged so many objects. */
  void awaitAcknowledged(int count) {
    Awaiting.until(count + " writes", () -> acknowledged.size() >= count);
  }

  /** Waits until every client has found the server gone. */
  void end() throws InterruptedException {
    for (var client : clients) {
      client.join();
    }
  }

  /** Checks that all is there, as a whole, and nothing else but what was under way at the end. */
  void assertKept(ClusterClient client) {
    var selection = new Selection("default", "load=" + label, "");
    var found = new HashSet<String>();
    for (var map : client.list(Resources.CONFIG_MAPS, selection).items()) {
      assertEquals(Map.of("value", VALUE), map.getData());
      found.add(map.getMetadata().getName());
    }
    assertTrue(found.containsAll(acknowledged), "every acknowledged write is there");
    var more = found.size() - acknowledged.size();
    assertTrue(more <= CLIENTS, more + " writes that nobody acknowledged");
  }
}

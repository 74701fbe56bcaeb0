package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.apiserver.TestServer;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An informer whose connections are cut again and again while objects change. */
@Timeout(300)
class InformerResumeIT {

  private static final int CHANGES = Boolean.getBoolean("nau.soak") ? 20_000 : 2_000;
  private static final int OBJECTS = 20;
  private static final int CUT_EVERY = 50;
  private static final int MORE_THAN_REMEMBERED = 5_000;

  @TempDir private Path directory;

  @Test
  void noChangeIsLostAndNoneIsToldTwice() throws Exception {
    try (var server = TestServer.startCluster(directory);
        var cutter = new CuttingProxy(server.port());
        var direct = client(server, server.port());
        var cut = client(server, cutter.port());
        var http = server.raw()) {
      var told = new Told();
      var selection = Selection.inNamespace("default");
      try (var informer = Informer.start(cut, Resources.CONFIG_MAPS, selection, told)) {
        assertTrue(informer.awaitSynced(Duration.ofSeconds(20)));
        var lists = lists(http);
        var versions = change(direct, cutter);
        assertTrue(told.end.await(60, TimeUnit.SECONDS), "the last change comes through");
        assertEquals("", told.wrong);
        assertEquals(versions, told.versions);
        assertTrue(cutter.cuts() >= CHANGES / CUT_EVERY / 2, cutter.cuts() + " cuts");
        assertEquals(lists, lists(http), "it went on where it was");
      }
    }
  }

  @Test
  void whatItMissedForTooLongItListsAnew() throws Exception {
    try (var server = TestServer.startCluster(directory);
        var cutter = new CuttingProxy(server.port());
        var direct = client(server, server.port());
        var cut = client(server, cutter.port());
        var http = server.raw()) {
      var changed = direct.create(Resources.CONFIG_MAPS, map("changed", 0));
      direct.create(Resources.CONFIG_MAPS, map("gone", 0));
      direct.create(Resources.CONFIG_MAPS, map("kept", 0));
      var told = new Told();
      var selection = Selection.inNamespace("default");
      try (var informer = Informer.start(cut, Resources.CONFIG_MAPS, selection, told)) {
        assertTrue(informer.awaitSynced(Duration.ofSeconds(20)));
        var lists = lists(http);
        cutter.goDown();
        direct.delete(
            Resources.CONFIG_MAPS, new ObjectKey("default", "gone"), DeleteOptions.DEFAULT);
        rewrite(server.store());
        changed.getData().put("i", "1");
        var last = direct.update(Resources.CONFIG_MAPS, changed);
        direct.create(Resources.CONFIG_MAPS, map("end", 0));
        cutter.comeUp();
        assertTrue(told.end.await(60, TimeUnit.SECONDS), "the list comes through");
        assertTrue(told.gone.await(60, TimeUnit.SECONDS), "what is not in it is told, too");
        assertEquals(lists + 1, lists(http), "one list told all");
        assertEquals(Map.of("changed", 2, "gone", 2, "kept", 2), told.versions);
        assertEquals(Optional.of(last), informer.get(new ObjectKey("default", "changed")));
      }
    }
  }

  /** Creates, changes and deletes objects; gives how many changes of each object there were. */
  private static Map<String, Integer> change(RemoteClient client, CuttingProxy cutter) {
    var random = new Random(7);
    var counts = new TreeMap<String, Integer>();
    var present = new HashMap<String, ConfigMap>();
    for (var i = 0; i < CHANGES; i++) {
      var name = "m-" + random.nextInt(OBJECTS);
      var known = present.get(name);
      if (known == null) {
        present.put(name, client.create(Resources.CONFIG_MAPS, map(name, i)));
      } else if (random.nextInt(4) == 0) {
        var key = new ObjectKey("default", name);
        assertTrue(client.delete(Resources.CONFIG_MAPS, key, DeleteOptions.DEFAULT));
        present.remove(name);
      } else {
        known.getData().put("i", Integer.toString(i));
        present.put(name, client.update(Resources.CONFIG_MAPS, known));
      }
      counts.merge(name, 1, Integer::sum);
      if (i % CUT_EVERY == 0) {
        cutter.cut();
      }
    }
    client.create(Resources.CONFIG_MAPS, map("end", 0));
    return counts;
  }

  private static ConfigMap map(String name, int i) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .addToData("i", Integer.toString(i))
        .build();
  }

  private RemoteClient client(TestServer server, int port) throws Exception {
    var file = server.kubeconfig(Files.createTempDirectory(directory, "client"));
    var text = Files.readString(file).replace(":" + server.port(), ":" + port);
    return RemoteClient.connect(Kubeconfig.read(Files.writeString(file, text)).options());
  }

  /** More changes of one object than a server remembers, past the API for the sake of speed. */
  private static void rewrite(Store store) {
    var entry = store.get("/registry/core/configmaps/default/kept").orElseThrow();
    for (var i = 0; i < MORE_THAN_REMEMBERED; i++) {
      store.write(new Mutation.Put(entry.key(), entry.value(), new Precondition.None()));
    }
  }

  /** How many lists of config maps the server has answered. */
  private static long lists(RawHttp http) throws IOException {
    return http.get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("apiserver_request_total{"))
        .filter(line -> line.contains("\"LIST\"") && line.contains("\"configmaps\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** What an informer tells, checked as it comes: on the informer's thread alone. */
  private static final class Told implements InformerListener<ConfigMap> {
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Map<String, Integer> versions = new TreeMap<>();
    private final Map<String, Long> present = new HashMap<>();
    private volatile String wrong = "";
    private long last;

    @Override
    public void onUpsert(ConfigMap map) {
      var name = map.getMetadata().getName();
      if (name.equals("end")) {
        end.countDown();
      } else {
        advance(map);
        present.put(name, last);
      }
    }

    @Override
    public void onDelete(ConfigMap map) {
      advance(map);
      if (map.getMetadata().getName().equals("gone")) {
        gone.countDown();
      }
      if (present.remove(map.getMetadata().getName()) == null) {
        wrong = map.getMetadata().getName() + " was deleted, but was not there";
      }
    }

    private void advance(ConfigMap map) {
      var version = Long.parseLong(map.getMetadata().getResourceVersion());
      if (version <= last) {
        wrong = "version " + version + " came after " + last;
      }
      last = version;
      versions.merge(map.getMetadata().getName(), 1, Integer::sum);
    }
  }
}

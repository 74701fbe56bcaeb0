package dev.nauarch.verification.benchmark;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.client.Watch;
import dev.nauarch.client.WatchListener;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.verification.benchmark.Result.Target;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** How long after a write is sent one watcher sees its event. */
final class WatchBench {

  private static final int WARM_UP_WRITES = 2_000;
  private static final int WRITES = 2_000;
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final long EVENT_SECONDS_MAX = 10;

  private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

  private record Seen(String name, long atNanos) {}

  /** Writes one object after the other and waits for each event. */
  Result run(Cluster cluster) throws IOException, InterruptedException {
    var latencies = new Latencies();
    try (var client = RemoteClient.connect(cluster.options());
        var _ = watch(client)) {
      for (var i = 0; i < WARM_UP_WRITES + WRITES; i++) {
        if (i == WARM_UP_WRITES) {
          latencies.clear();
        }
        latencies.add(write(client, "watched-" + i));
        Thread.sleep(PAUSE);
      }
    }
    var setting = new LinkedHashMap<String, Object>();
    setting.put("resource", "configmaps");
    setting.put("writes", WRITES);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("median_ms", latencies.milliseconds(0.5));
    numbers.put("p99_ms", latencies.milliseconds(0.99));
    return new Result("api-watch", setting, numbers, Map.of("median_ms", Target.atMost(5)));
  }

  private long write(RemoteClient client, String name) throws IOException, InterruptedException {
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .endMetadata()
            .addToData("text", "x".repeat(3_000))
            .build();
    var begin = System.nanoTime();
    client.create(Resources.CONFIG_MAPS, map);
    var event = seen.poll(EVENT_SECONDS_MAX, TimeUnit.SECONDS);
    if (event == null || !event.name().equals(name)) {
      throw new IOException("expected the event of " + name + ", found " + event);
    }
    client.delete(Resources.CONFIG_MAPS, ObjectKey.of(map), DeleteOptions.DEFAULT);
    return event.atNanos() - begin;
  }

  private Watch watch(RemoteClient client) {
    var version = client.list(Resources.CONFIG_MAPS, Selection.ALL).resourceVersion();
    return client.watch(
        Resources.CONFIG_MAPS,
        Selection.ALL,
        version,
        new WatchListener<ConfigMap>() {
          @Override
          public void onAdded(ConfigMap object) {
            var now = System.nanoTime();
            var name = object.getMetadata().getName();
            if (name.startsWith("watched-")) {
              seen.add(new Seen(name, now));
            }
          }

          @Override
          public void onModified(ConfigMap object) {
            // Other writers' objects change too; none of ours does.
          }

          @Override
          public void onDeleted(ConfigMap object) {
            // Each object is removed once its event was seen.
          }

          @Override
          public void onBookmark(String resourceVersion) {
            // Says nothing of an object.
          }

          @Override
          public void onClosed(ApiException reason) {
            // The event that is then missing fails the run.
          }
        });
  }
}

package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server whose memory follows its store late, as on a busy machine: its clients see none of it.
 */
class LateNewsTest {

  @Test
  void whatHasBeenWrittenCanBeBuiltOnAtOnce(@TempDir Path directory) throws Exception {
    try (var server = TestServer.startCluster(directory, new Late(new MemoryStore()))) {
      create(server, "/api/v1/namespaces", "Namespace", "v1", "new", "");
      create(
          server, "/api/v1/namespaces/new/serviceaccounts", "ServiceAccount", "v1", "trainer", "");
      create(
          server,
          "/apis/scheduling.k8s.io/v1/priorityclasses",
          "PriorityClass",
          "scheduling.k8s.io/v1",
          "urgent",
          ",'value':7");
      var spec =
          ",'spec':{'serviceAccountName':'trainer','priorityClassName':'urgent',"
              + "'containers':[{'name':'a','image':'i'}]}";
      var pod = create(server, "/api/v1/namespaces/new/pods", "Pod", "v1", "first", spec);
      assertEquals(7, pod.at("/spec/priority").asInt());
    }
  }

  @Test
  void whatIsNotThereIsMissedAtOnce(@TempDir Path directory) throws Exception {
    try (var server = TestServer.startCluster(directory, new Late(new MemoryStore()))) {
      var map = object("ConfigMap", "v1", "a", "");
      var answer = server.send("POST", "/api/v1/namespaces/nowhere/configmaps", map);
      assertEquals(404, answer.statusCode(), answer.body());
    }
  }

  private static ObjectNode create(
      TestServer server, String path, String kind, String version, String name, String rest)
      throws Exception {
    var answer = server.send("POST", path, object(kind, version, name, rest));
    assertEquals(201, answer.statusCode(), answer.body());
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static String object(String kind, String version, String name, String rest) {
    return "{'apiVersion':'%s','kind':'%s','metadata':{'name':'%s'}%s}"
        .formatted(version, kind, name, rest)
        .replace('\'', '"');
  }

  /** A store whose watchers hear of a change a while after it. */
  private static final class Late extends StoreLayer {

    private static final Duration LAG = Duration.ofMillis(150);

    Late(Store below) {
      super(below);
    }

    @Override
    public Subscription watch(String prefix, long afterRevision, Watcher watcher) {
      return super.watch(prefix, afterRevision, new LateWatcher(watcher));
    }

    private record LateWatcher(Watcher told) implements Watcher {

      @Override
      public void onEvents(List<StoreEvent> events) {
        try {
          Thread.sleep(LAG);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        told.onEvents(events);
      }

      @Override
      public void onProgress(long revision) {
        told.onProgress(revision);
      }

      @Override
      public void onClosed(StoreException reason) {
        told.onClosed(reason);
      }
    }
  }
}

package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The typed client without a socket. */
class InProcessClientTest {

  private static final ObjectKey KEY = new ObjectKey("default", "a");

  private TestServer server;
  private ClusterClient client;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    server = TestServer.start(directory);
    client = server.inProcess(PlainGuards.ADMIN);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void objectsAreCreatedReadChangedAndDeleted() {
    var created = client.create(Resources.CONFIG_MAPS, map("1"));
    assertFalse(created.getMetadata().getUid().isEmpty());
    var changed = new ConfigMapBuilder(created).addToData("n", "2").build();
    client.update(Resources.CONFIG_MAPS, changed);
    client.patch(Resources.CONFIG_MAPS, KEY, Patch.merge("{\"data\":{\"m\":\"3\"}}"));
    var data = client.get(Resources.CONFIG_MAPS, KEY).orElseThrow().getData();
    assertEquals("2", data.get("n"));
    assertEquals("3", data.get("m"));
    assertTrue(client.delete(Resources.CONFIG_MAPS, KEY, DeleteOptions.DEFAULT));
    assertFalse(client.delete(Resources.CONFIG_MAPS, KEY, DeleteOptions.DEFAULT));
    assertTrue(client.get(Resources.CONFIG_MAPS, KEY).isEmpty());
  }

  @Test
  void whatEndsIsReplacedAsItWasRead() {
    client.create(
        Resources.CONFIG_MAPS,
        map("1").edit().editMetadata().withFinalizers("test.io/f").endMetadata().build());
    client.delete(Resources.CONFIG_MAPS, KEY, DeleteOptions.DEFAULT);
    var ending = client.get(Resources.CONFIG_MAPS, KEY).orElseThrow();
    assertEquals(0, ending.getMetadata().getDeletionGracePeriodSeconds());
    client.update(Resources.CONFIG_MAPS, ending.edit().addToData("n", "2").build());
    var last = client.get(Resources.CONFIG_MAPS, KEY).orElseThrow();
    assertEquals("2", last.getData().get("n"));
    client.update(
        Resources.CONFIG_MAPS, last.edit().editMetadata().withFinalizers().endMetadata().build());
    assertTrue(client.get(Resources.CONFIG_MAPS, KEY).isEmpty());
  }

  @Test
  void staleUpdateIsAConflict() {
    var first = client.create(Resources.CONFIG_MAPS, map("1"));
    client.patch(Resources.CONFIG_MAPS, KEY, Patch.merge("{\"data\":{\"n\":\"2\"}}"));
    var failure =
        assertThrows(
            ApiException.class,
            () ->
                client.update(
                    Resources.CONFIG_MAPS,
                    new ConfigMapBuilder(first).addToData("n", "3").build()));
    assertEquals(ApiException.Reason.CONFLICT, failure.reason());
  }

  @Test
  void userWithoutRightsIsRefused() {
    try (var nobody = server.inProcess(User.ANONYMOUS)) {
      var failure =
          assertThrows(ApiException.class, () -> nobody.list(Resources.CONFIG_MAPS, Selection.ALL));
      assertEquals(ApiException.Reason.FORBIDDEN, failure.reason());
    }
  }

  @Test
  void readersOfOneVersionShareOneObject() {
    client.create(Resources.CONFIG_MAPS, map("1"));
    var one = client.list(Resources.CONFIG_MAPS, Selection.ALL).items().getFirst();
    var other = client.list(Resources.CONFIG_MAPS, Selection.ALL).items().getFirst();
    assertSame(one, other);
    assertSame(one, client.get(Resources.CONFIG_MAPS, KEY).orElseThrow());
  }

  @Test
  void informerFollowsEveryChange() throws InterruptedException {
    client.create(Resources.CONFIG_MAPS, map("1"));
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    var listener =
        new InformerListener<ConfigMap>() {
          @Override
          public void onUpsert(ConfigMap object) {
            seen.add(object.getData().get("n"));
          }

          @Override
          public void onDelete(ConfigMap object) {
            seen.add("gone");
          }
        };
    try (var informer = Informer.start(client, Resources.CONFIG_MAPS, Selection.ALL, listener)) {
      assertTrue(informer.awaitSynced(Duration.ofSeconds(10)));
      assertEquals("1", seen.poll(10, TimeUnit.SECONDS));
      client.patch(Resources.CONFIG_MAPS, KEY, Patch.merge("{\"data\":{\"n\":\"2\"}}"));
      assertEquals("2", seen.poll(10, TimeUnit.SECONDS));
      client.delete(Resources.CONFIG_MAPS, KEY, DeleteOptions.DEFAULT);
      assertEquals("gone", seen.poll(10, TimeUnit.SECONDS));
    }
  }

  private static ConfigMap map(String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("a")
        .endMetadata()
        .addToData("n", value)
        .build();
  }
}

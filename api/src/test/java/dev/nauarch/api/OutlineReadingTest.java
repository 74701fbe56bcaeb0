package dev.nauarch.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.nauarch.api.ModelCodec.Earlier;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A model made of another and of what changed is the model that the whole would have given. */
class OutlineReadingTest {

  private static final Resource<Pod> OUTLINE = Resources.PODS.outline();

  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"b","labels":{"l":"1"},
       "annotations":{"x":"y"},"uid":"u","managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}]},
       "spec":{"containers":[{"name":"c","image":"i","env":[{"name":"E","value":"v"}],
         "resources":{"requests":{"cpu":"100m","memory":"1Gi"}}}],"nodeSelector":{"zone":"z"},
        "tolerations":[{"key":"k","operator":"Exists"}],"dnsConfig":{"searches":["s"]},
        "priority":7,"schedulerName":"default-scheduler","unknown":{"a":[1,2]}},
       "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False"}]}}""";

  /** What may become of a member; an empty text takes it away. */
  private static final List<List<String>> CHANGES =
      List.of(
          List.of("metadata", "labels", "{\"l\":\"2\",\"m\":\"\"}"),
          List.of("metadata", "annotations", ""),
          List.of("metadata", "deletionTimestamp", "\"2026-01-01T00:00:00Z\""),
          List.of("metadata", "managedFields", "[]"),
          List.of("metadata", "managedFields", ""),
          List.of("spec", "nodeName", "\"n\""),
          List.of("spec", "nodeName", "\"other\""),
          List.of("spec", "nodeName", ""),
          List.of("spec", "priority", "8"),
          List.of("spec", "priority", ""),
          List.of("spec", "dnsConfig", ""),
          List.of("spec", "unknown", "{\"a\":[]}"),
          List.of("spec", "containers", "[]"),
          List.of("spec", "containers", "[{\"name\":\"d\",\"image\":\"j\"}]"),
          List.of("spec", "tolerations", ""),
          List.of("spec", "nodeSelector", "null"),
          List.of("status", "phase", "\"Running\""),
          List.of("status", "podIP", "\"10.0.0.1\""),
          List.of("status", "conditions", "[{\"type\":\"PodScheduled\",\"status\":\"True\"}]"),
          List.of("", "status", "{}"),
          List.of("", "status", ""),
          List.of("", "spec", "{\"containers\":[]}"),
          List.of("", "extra", "3"));

  @Test
  void itIsTheModelOfTheWhole() {
    var random = new SplittableRandom(3);
    for (var round = 0; round < 500; round++) {
      var tree = ModelCodec.tree(POD.getBytes(UTF_8));
      var json = ModelCodec.encode(tree);
      var model = ModelCodec.decode(json, OUTLINE);
      for (var change = 0; change < 6; change++) {
        for (var i = 1 + random.nextInt(3); i > 0; i--) {
          change(tree, CHANGES.get(random.nextInt(CHANGES.size())));
        }
        var changed = ModelCodec.encode(tree);
        var before = ModelCodec.canonical(model);
        var next = ModelCodec.decode(changed, OUTLINE, new Earlier<>(json, model));
        // A tree is read as a whole.
        var whole = ModelCodec.canonical(ModelCodec.decode(tree, OUTLINE));
        assertEquals(whole, ModelCodec.canonical(next));
        assertEquals(whole, ModelCodec.canonical(ModelCodec.decode(changed, OUTLINE)));
        assertEquals(before, ModelCodec.canonical(model));
        json = changed;
        model = next;
      }
    }
  }

  @Test
  void whatHasNotChangedIsOneObject() {
    var tree = ModelCodec.tree(POD.getBytes(UTF_8));
    var json = ModelCodec.encode(tree);
    var model = ModelCodec.decode(json, OUTLINE);
    ((ObjectNode) tree.get("spec")).put("nodeName", "n");
    var bound = ModelCodec.decode(ModelCodec.encode(tree), OUTLINE, new Earlier<>(json, model));
    assertEquals("n", bound.getSpec().getNodeName());
    assertSame(model.getSpec().getContainers(), bound.getSpec().getContainers());
    assertSame(model.getStatus(), bound.getStatus());
  }

  @Test
  void podsOfAWorkloadShareWhatTheirNodesAloneTellApart() {
    var one = ModelCodec.decode(pod("one", "kube-api-access-1"), OUTLINE);
    var two = ModelCodec.decode(pod("two", "kube-api-access-2"), OUTLINE);
    assertEquals("two", two.getMetadata().getName());
    assertSame(one.getSpec().getContainers(), two.getSpec().getContainers());
    assertSame(one.getMetadata().getLabels(), two.getMetadata().getLabels());
    assertEquals("kube-api-access-2", two.getSpec().getVolumes().getFirst().getName());
  }

  private static byte[] pod(String name, String volume) {
    return """
    {"kind":"Pod","metadata":{"name":"%1$s","labels":{"app":"w"}},"spec":{"containers":[{"name":"c",
     "volumeMounts":[{"name":"%2$s","mountPath":"/var"}],"image":"i"}],"volumes":[{"name":"%2$s"}]}}
    """
        .formatted(name, volume)
        .getBytes(UTF_8);
  }

  @Test
  void bytesThatAreNoPodAreReadOrRefused() {
    var random = new SplittableRandom(4);
    var pod = POD.getBytes(UTF_8);
    for (var round = 0; round < 5_000; round++) {
      var broken = Arrays.copyOf(pod, random.nextInt(pod.length + 1));
      for (var i = random.nextInt(4); i > 0 && broken.length > 0; i--) {
        broken[random.nextInt(broken.length)] = (byte) "\"{}[],:\\ x".charAt(random.nextInt(10));
      }
      assertReadOrRefused(broken);
    }
  }

  private static void assertReadOrRefused(byte[] json) {
    try {
      ModelCodec.decode(json, OUTLINE);
    } catch (IllegalArgumentException e) {
      assertFalse(String.valueOf(e.getMessage()).isEmpty());
    }
  }

  @Test
  void whatMayBeChangedIsReadAsAWhole() {
    var json = POD.getBytes(UTF_8);
    var model = ModelCodec.decode(json, Resources.PODS);
    var again = ModelCodec.decode(json, Resources.PODS, new Earlier<>(json, model));
    assertEquals(ModelCodec.canonical(model), ModelCodec.canonical(again));
    assertNotSame(model.getSpec(), again.getSpec());
  }

  private static void change(ObjectNode pod, List<String> change) {
    var at = change.getFirst().isEmpty() ? pod : pod.get(change.getFirst());
    if (!(at instanceof ObjectNode object)) {
      return;
    }
    if (change.get(2).isEmpty()) {
      object.remove(change.get(1));
    } else {
      var holder = "{\"v\":" + change.get(2) + "}";
      object.set(change.get(1), ModelCodec.tree(holder.getBytes(UTF_8)).get("v"));
    }
  }
}

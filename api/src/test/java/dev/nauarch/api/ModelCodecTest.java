package dev.nauarch.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCodecTest {

  @Test
  void aWholeNumberOfATreeIsTakenWhereATextMayStandToo() {
    var tree = ModelCodec.emptyTree();
    var port = ModelCodec.decode(tree.put("targetPort", 80L), ServicePort.class);
    assertEquals(new IntOrString(80), port.getTargetPort());
    assertEquals(tree.toString(), ModelCodec.tree(port).toString());
    port = ModelCodec.decode(tree.put("targetPort", "http"), ServicePort.class);
    assertEquals(new IntOrString("http"), port.getTargetPort());
    var bytes = "{\"targetPort\":80}".getBytes(StandardCharsets.UTF_8);
    port = ModelCodec.decode(bytes, ServicePort.class);
    assertEquals(new IntOrString(80), port.getTargetPort());
  }

  @Test
  void aNumberThatIsNoPortIsRefused() {
    var tree = ModelCodec.emptyTree().put("targetPort", 1L << 40);
    assertThrows(IllegalArgumentException.class, () -> ModelCodec.decode(tree, ServicePort.class));
  }

  @Test
  void metadataIsReadAndNothingBehindIt() {
    var json =
        "{\"kind\":\"A\",\"other\":{\"metadata\":{\"name\":\"inner\"}},\"metadata\":{\"name\":\"a\","
            + "\"managedFields\":[{\"manager\":\"m\"}],\"labels\":{\"b\":\"c\"}},\"data\": no JSON";
    var metadata = ModelCodec.metadata(json.getBytes(StandardCharsets.UTF_8));
    assertEquals("a", metadata.getName());
    assertEquals(Map.of("b", "c"), metadata.getLabels());
    assertEquals(List.of(), metadata.getManagedFields());
  }

  @Test
  void whatHasNoMetadataIsRefused() {
    for (var json : List.of("", "[]", "3", "{}", "{\"metadata\":[]}", "{\"metadata\":{\"name\":")) {
      var bytes = json.getBytes(StandardCharsets.UTF_8);
      assertThrows(IllegalArgumentException.class, () -> ModelCodec.metadata(bytes), json);
    }
  }

  @Test
  void anOutlineOfAPodLacksWhatOnlyItsNodeNeeds() {
    var json =
        """
        {"kind":"Pod","metadata":{"name":"a"},"spec":{"nodeName":"n","securityContext":{"runAsUser":1},
         "containers":[{"name":"c","image":"i","env":[{"name":"A","value":"b"}],
           "volumeMounts":[{"name":"v","mountPath":"/v"}],"ports":[{"containerPort":80}],
           "resources":{"requests":{"cpu":"1"}}}],
         "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"d"}},
           {"name":"s","secret":{"secretName":"e"}}]},
         "status":{"phase":"Running"}}""";
    var spec = ModelCodec.decode(bytes(json), Resources.PODS.outline()).getSpec();
    var container = spec.getContainers().getFirst();
    assertEquals("n", spec.getNodeName());
    assertNull(spec.getSecurityContext());
    assertEquals(List.of(), container.getEnv());
    assertEquals(List.of(), container.getVolumeMounts());
    assertEquals(80, container.getPorts().getFirst().getContainerPort());
    assertEquals(Map.of("cpu", new Quantity("1")), container.getResources().getRequests());
    assertEquals("d", spec.getVolumes().getFirst().getPersistentVolumeClaim().getClaimName());
    assertNull(spec.getVolumes().getLast().getSecret());
    var whole = ModelCodec.decode(bytes(json), Resources.PODS).getSpec();
    assertEquals("A", whole.getContainers().getFirst().getEnv().getFirst().getName());
    assertEquals(whole, ModelCodec.decode(ModelCodec.tree(bytes(json)), Resources.PODS).getSpec());
  }

  @Test
  void onlyPodsHaveAnOutline() {
    assertEquals(Resources.DEPLOYMENTS, Resources.DEPLOYMENTS.outline());
    assertTrue(Resources.PODS.outline().isOutline());
  }

  @Test
  void outlinesShareWhatIsTheSame() {
    var json =
        """
        {"kind":"Pod","apiVersion":"v1",
         "metadata":{"name":"a","labels":{"app":"web"},"annotations":{"x":null}},
         "spec":{"containers":[{"name":"c"}],"tolerations":[{"key":"k","tolerationSeconds":300}]}}""";
    var one = ModelCodec.decode(bytes(json), Resources.PODS.outline());
    var other = ModelCodec.decode(bytes(json), Resources.PODS.outline());
    assertNotSame(one.getSpec(), other.getSpec());
    assertSame(one.getMetadata().getName(), other.getMetadata().getName());
    assertSame(one.getMetadata().getLabels(), other.getMetadata().getLabels());
    assertSame(one.getSpec().getContainers(), other.getSpec().getContainers());
    assertSame(one.getSpec().getTolerations(), other.getSpec().getTolerations());
    assertSame(List.of(), one.getSpec().getContainers().getFirst().getPorts());
    assertEquals(one, ModelCodec.decode(bytes(json), Resources.PODS));
    var edited = one.edit().editMetadata().addToFinalizers("f").endMetadata().build();
    assertEquals(List.of("f"), edited.getMetadata().getFinalizers());
    assertEquals(List.of(), one.getMetadata().getFinalizers());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

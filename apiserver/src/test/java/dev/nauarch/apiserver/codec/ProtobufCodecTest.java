package dev.nauarch.apiserver.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ProtobufCodecTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  @Test
  void aPodSurvivesTheWayToProtobufAndBack() throws DecodingException {
    var pod =
        json(
            """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"a","labels":{"x":"y"},"creationTimestamp":"2026-11-21T10:00:00Z"},
             "spec":{
               "containers":[{"name":"c","image":"host","args":["a","b"],
                 "ports":[{"containerPort":80}],
                 "resources":{"limits":{"cpu":"500m","memory":"1Gi"}},
                 "readinessProbe":{"httpGet":{"path":"/","port":"web"},"periodSeconds":3},
                 "env":[{"name":"E","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}]}],
               "volumes":[{"name":"v","emptyDir":{}}],
               "terminationGracePeriodSeconds":0}}
            """);
    assertEquals(pod, roundTrip(pod, "v1", "Pod"));
  }

  @Test
  void aCustomResourceDefinitionKeepsItsSchema() throws DecodingException {
    var definition =
        json(
            """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"a.b"},
             "spec":{"group":"b","scope":"Namespaced","names":{"plural":"as","kind":"A"},
               "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{
                 "type":"object","x-kubernetes-preserve-unknown-fields":true,
                 "properties":{"n":{"type":"integer","minimum":1.5,"default":3},
                   "l":{"type":"array","items":{"type":"string","enum":["a","b"]}},
                   "m":{"type":"object","additionalProperties":{"type":"string"}},
                   "o":{"type":"object","additionalProperties":true}}}}}]}}
            """);
    assertEquals(
        definition, roundTrip(definition, "apiextensions.k8s.io/v1", "CustomResourceDefinition"));
  }

  @Test
  void aZeroThatIsNoValueIsDroppedAndAZeroThatIsOneStays() throws DecodingException {
    var sent =
        json(
            """
            {"apiVersion":"apps/v1","kind":"Deployment",
             "spec":{"replicas":0,"minReadySeconds":0,"paused":false}}
            """);
    var spec = (ObjectNode) roundTrip(sent, "apps/v1", "Deployment").path("spec");
    assertEquals(json("{\"replicas\":0}"), spec);
  }

  @Test
  void noPodsAtAllIsAValueOfAShare() throws DecodingException {
    var sent =
        json(
            """
            {"apiVersion":"apps/v1","kind":"DaemonSet",
             "spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":"20%","maxUnavailable":0}}}}
            """);
    assertEquals(sent.path("spec"), roundTrip(sent, "apps/v1", "DaemonSet").path("spec"));
  }

  @Test
  void wholeSecondsStaySecondsAndMicrosecondsStayMicroseconds() throws DecodingException {
    var lease =
        json(
            """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
             "metadata":{"creationTimestamp":"2026-11-21T10:00:00Z"},
             "spec":{"renewTime":"2026-11-21T10:00:00.000120Z"}}
            """);
    assertEquals(lease, roundTrip(lease, "coordination.k8s.io/v1", "Lease"));
  }

  @Test
  void aTimeInAMapThatIsNotSetIsNull() throws DecodingException {
    var budget =
        json(
            """
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget",
             "status":{"disruptedPods":{"a":null,"b":"2026-11-21T10:00:00Z"}}}
            """);
    assertEquals(budget, roundTrip(budget, "policy/v1", "PodDisruptionBudget"));
  }

  @Test
  void theOrderOfFieldsAndKeysDoesNotMatter() throws DecodingException {
    var schema = kind("v1", "ConfigMap").schema();
    assertArrayEquals(
        ProtobufCodec.encode(
            json("{\"metadata\":{\"name\":\"m\"},\"data\":{\"a\":\"1\",\"b\":\"2\"}}"), schema),
        ProtobufCodec.encode(
            json("{\"data\":{\"b\":\"2\",\"a\":\"1\"},\"metadata\":{\"name\":\"m\"}}"), schema));
  }

  @Test
  void aListCarriesItsRevisionAndItsItems() throws DecodingException {
    var pods = kind("v1", "Pod");
    var list =
        json(
            """
            {"apiVersion":"v1","kind":"PodList",
             "metadata":{"resourceVersion":"7","continue":"c","remainingItemCount":2},
             "items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}
            """);
    var bytes = ObjectCodec.encode(list, Format.PROTOBUF, pods);
    assertEquals(list, ProtobufCodec.decode(bytes, CATALOG.list(pods)).object());
  }

  @Test
  void bytesThatAreNoProtobufAreABadRequest() {
    for (var body :
        new String[] {"", "{}", "k8s\0\u0012\u00ff", "k8s\0\u0012\u0003\u0012\u0009x"}) {
      var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
      var schema = kind("v1", "Pod").schema();
      var answer =
          assertThrows(
              ApiException.class,
              () -> ObjectCodec.decode(bytes, Format.PROTOBUF, schema, "Pod"),
              body);
      assertEquals(400, answer.code());
      assertTrue(answer.toString().contains("the object provided is unrecognized (must be"));
    }
  }

  @Test
  void everyPrefixOfAMessageIsReadOrRefused() throws DecodingException {
    var pod = json("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"nodeName\":\"abc\"}}");
    var schema = kind("v1", "Pod").schema();
    var whole = ProtobufCodec.encode(pod, schema);
    for (var length = 0; length < whole.length; length++) {
      var prefix = Arrays.copyOf(whole, length);
      try {
        assertFalse(ProtobufCodec.decode(prefix, schema).object().has("status"));
      } catch (DecodingException refused) {
        assertFalse(refused.toApiException("Pod", prefix).toString().isEmpty());
      }
    }
  }

  @Test
  void aWatchFrameStartsWithItsLength() throws Exception {
    var frame = ProtobufCodec.watchFrame("ADDED", new byte[] {7, 8});
    assertEquals(frame.length - 4, ByteBuffer.wrap(frame).getInt());
    var event = CodedInputStream.newInstance(frame, 4, frame.length - 4);
    assertEquals(10, event.readTag());
    assertEquals("ADDED", event.readString());
  }

  private static ObjectNode roundTrip(ObjectNode object, String apiVersion, String kind)
      throws DecodingException {
    var schema = kind(apiVersion, kind).schema();
    return ProtobufCodec.decode(ProtobufCodec.encode(object, schema), schema).object();
  }

  private static Kind kind(String apiVersion, String kind) {
    return CATALOG.findKind(apiVersion, kind).orElseThrow();
  }

  private static ObjectNode json(String text) throws DecodingException {
    return JsonCodec.decode(text.getBytes(StandardCharsets.UTF_8)).object();
  }
}

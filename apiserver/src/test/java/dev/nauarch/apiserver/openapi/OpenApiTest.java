package dev.nauarch.apiserver.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiTest {

  private static final OpenApi OPEN_API = new OpenApi(Catalog.builtIn("1.37"), "v1.37.0");

  @Test
  void everyReferenceLeadsToASchemaOfItsDocument() {
    for (var path :
        JsonMapper.shared().readTree(OPEN_API.index().json()).path("paths").propertyNames()) {
      var document = document(path);
      var schemas = document.path("components").path("schemas");
      var references = new HashSet<String>();
      collect(document, references);
      for (var reference : references) {
        assertTrue(schemas.has(reference), path + " has no " + reference);
      }
    }
  }

  @Test
  void kubectlFindsThatTheServerValidatesFields() {
    var patch =
        document("apis/apps/v1")
            .path("paths")
            .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
            .path("patch");
    var names = new HashSet<String>();
    patch.path("parameters").forEach(parameter -> names.add(parameter.path("name").asString()));
    assertTrue(names.containsAll(Set.of("fieldValidation", "dryRun", "force")));
    assertEquals("Deployment", patch.at("/x-kubernetes-group-version-kind/kind").asString());
  }

  @Test
  void anOperationWithoutParametersHasNoListOfThem() {
    assertFalse(document("apis/apps/v1").toString().contains("\"parameters\":[]"));
  }

  @Test
  void kubectlFindsWhichKindsTakeStrategicPatches() {
    assertTrue(takesStrategicPatches("apis/apps/v1", "deployments"));
    assertFalse(takesStrategicPatches("apis/jobset.x-k8s.io/v1alpha2", "jobsets"));
  }

  private static boolean takesStrategicPatches(String version, String plural) {
    var bodies =
        document(version)
            .path("paths")
            .path("/" + version + "/namespaces/{namespace}/" + plural + "/{name}")
            .at("/patch/requestBody/content");
    assertTrue(bodies.has("application/merge-patch+json"));
    return bodies.has("application/strategic-merge-patch+json");
  }

  @Test
  void clientsFindWhatADeleteAnswers() {
    assertEquals("#/components/schemas/io.k8s.api.core.v1.Pod", deleteAnswers("pods"));
    assertEquals(
        "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Status",
        deleteAnswers("configmaps"));
  }

  private static String deleteAnswers(String plural) {
    return document("api/v1")
        .path("paths")
        .path("/api/v1/namespaces/{namespace}/" + plural + "/{name}")
        .at("/delete/responses/200/content")
        .path("application/json")
        .at("/schema/$ref")
        .asString();
  }

  @Test
  void kubectlFindsHowListsMerge() {
    var spec = document("api/v1").at("/components/schemas/io.k8s.api.core.v1.PodSpec");
    var containers = spec.path("properties").path("containers");
    assertEquals("name", containers.path("x-kubernetes-patch-merge-key").asString());
    assertEquals("merge", containers.path("x-kubernetes-patch-strategy").asString());
    assertEquals("map", containers.path("x-kubernetes-list-type").asString());
    assertFalse(containers.path("description").asString().isEmpty());
    var volumes = spec.path("properties").path("volumes");
    assertEquals("merge,retainKeys", volumes.path("x-kubernetes-patch-strategy").asString());
  }

  @Test
  void marksOfOurOwnStayInside() {
    var queue =
        document("apis/kueue.x-k8s.io/v1beta2")
            .at("/components/schemas/io.x-k8s.kueue.v1beta2.ClusterQueueSpec/properties");
    assertFalse(queue.path("cohortName").has("inactive"));
    assertEquals(253, queue.path("cohortName").path("maxLength").asInt());
  }

  @Test
  void theHashIsTheSameInEveryProcess() {
    var again = new OpenApi(Catalog.builtIn("1.37"), "v1.37.0");
    assertEquals(OPEN_API.index().hash(), again.index().hash());
  }

  private static void collect(JsonNode value, Set<String> references) {
    var reference = value.path("$ref");
    if (reference.isString()) {
      references.add(reference.asString().substring("#/components/schemas/".length()));
    }
    value.values().forEach(child -> collect(child, references));
  }

  private static JsonNode document(String path) {
    return JsonMapper.shared().readTree(OPEN_API.document(path).orElseThrow().json());
  }
}

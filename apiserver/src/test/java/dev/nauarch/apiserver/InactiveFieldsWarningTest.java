package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.InactiveFields;
import dev.nauarch.api.catalog.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever sets a field that nobody acts upon is told, over real HTTPS and for every such field. */
class InactiveFieldsWarningTest {

  private static final String JSON = "application/json";

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.startCluster(directory);
    create("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
    create("/apis/node.k8s.io/v1/runtimeclasses", "{'metadata':{'name':'x'},'handler':'x'}");
    create(
        "/apis/scheduling.k8s.io/v1/priorityclasses",
        "{'metadata':{'name':'gentle'},'value':5,'preemptionPolicy':'Never'}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Every such field of every kind, nested ones too, with an object that sets it. */
  static Stream<Arguments> fields() {
    return Catalog.builtIn("1.37").kinds().stream()
        .filter(kind -> kind.verbs().contains("create"))
        .flatMap(
            kind ->
                InactiveFields.of(kind).all().stream()
                    // Refused in new pods and in templates; their subresource has a warning of its
                    // own.
                    .filter(field -> !field.path().contains("ephemeralContainers"))
                    // Its only source is CSI, beside which no other may stand.
                    .filter(field -> !field.path().contains("inlineVolumeSpec"))
                    .map(field -> Arguments.of(kind.kind(), field.path(), kind, field)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("fields")
  void settingAFieldIsAnsweredWithAWarning(
      String kindName, String path, Kind kind, InactiveFields.Field field) throws Exception {
    var object = SampleObjects.with(kind, field);
    var answer =
        server.send(
            "POST", collection(kind) + "?dryRun=All", object.toString(), "Content-Type", JSON);
    assertEquals(201, answer.statusCode(), () -> object + "\n" + answer.body());
    var expected = path.replace("[]", "[0]") + ": accepted, but not acted upon yet: ";
    assertTrue(
        warnings(answer).stream()
            .anyMatch(line -> line.contains("\"" + expected + field.mark().instead())),
        () -> object + "\n" + warnings(answer));
  }

  private static String collection(Kind kind) {
    var group = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
    var namespace = kind.namespaced() ? "/namespaces/default" : "";
    return group + kind.version() + namespace + "/" + kind.names().plural();
  }

  /** What {@code kubectl} sends for create deployment, run, expose and create job. */
  static Stream<Arguments> usualObjects() {
    return Stream.of(
        Arguments.of(
            "/apis/apps/v1/namespaces/default/deployments",
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'creationTimestamp':null,"
                + "'labels':{'app':'d'},'name':'d'},'spec':{'replicas':1,'selector':"
                + "{'matchLabels':{'app':'d'}},'strategy':{},'template':{'metadata':"
                + "{'creationTimestamp':null,'labels':{'app':'d'}},'spec':{'containers':"
                + "[{'image':'host','name':'c','resources':{}}]}}},'status':{}}"),
        Arguments.of(
            "/api/v1/namespaces/default/pods",
            "{'kind':'Pod','apiVersion':'v1','metadata':{'name':'p','creationTimestamp':null,"
                + "'labels':{'run':'p'}},'spec':{'containers':[{'name':'p','image':'host',"
                + "'resources':{}}],'restartPolicy':'Always','dnsPolicy':'ClusterFirst'},"
                + "'status':{}}"),
        Arguments.of(
            "/api/v1/namespaces/default/services",
            "{'kind':'Service','apiVersion':'v1','metadata':{'name':'s','creationTimestamp':null,"
                + "'labels':{'run':'p'}},'spec':{'ports':[{'protocol':'TCP','port':80,"
                + "'targetPort':80}],'selector':{'run':'p'}},'status':{'loadBalancer':{}}}"),
        Arguments.of(
            "/apis/batch/v1/namespaces/default/jobs",
            "{'apiVersion':'batch/v1','kind':'Job','metadata':{'creationTimestamp':null,"
                + "'name':'j'},'spec':{'template':{'metadata':{'creationTimestamp':null},"
                + "'spec':{'containers':[{'image':'host','name':'j','resources':{}}],"
                + "'restartPolicy':'Never'}}},'status':{}}"));
  }

  @ParameterizedTest
  @MethodSource("usualObjects")
  void whatKubectlMakesIsAnsweredWithoutAWarning(String path, String object) throws Exception {
    var answer = post(path + "?dryRun=All", object);
    assertEquals(201, answer.statusCode(), answer::body);
    assertEquals(List.of(), warnings(answer));
  }

  @Test
  void aFieldIsWarnedOfWhenItIsSetAndNotAgain() throws Exception {
    var services = "/api/v1/namespaces/default/services";
    create(services, "{'metadata':{'name':'a'},'spec':{'ports':[{'port':80}]}}");
    var address = "{\"spec\":{\"loadBalancerIP\":\"192.0.2.1\"}}";
    assertEquals(1, warnings(patch(services + "/a", address)).size());
    assertEquals(List.of(), warnings(patch(services + "/a", address)));
    assertEquals(List.of(), warnings(patch(services + "/a", "{\"metadata\":{\"labels\":{}}}")));
  }

  private static HttpResponse<String> patch(String path, String body) throws Exception {
    return server.send("PATCH", path, body, "Content-Type", "application/merge-patch+json");
  }

  private static void create(String path, String body) throws Exception {
    var answer = post(path, body);
    assertEquals(201, answer.statusCode(), answer::body);
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return server.send("POST", path, body.replace('\'', '"'), "Content-Type", JSON);
  }

  private static List<String> warnings(HttpResponse<String> answer) {
    return answer.headers().allValues("Warning");
  }
}

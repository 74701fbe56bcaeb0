package dev.nauarch.apiserver.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.schema.ObjectForm.FieldValidation;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ObjectFormTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");
  private static final Kind DEPLOYMENT = kind("apps/v1", "Deployment");
  private static final Kind POD = kind("v1", "Pod");
  private static final Kind JOB_SET = kind("jobset.x-k8s.io/v1alpha2", "JobSet");

  @Test
  void aWrongTypeIsABadRequestInTheWordsOfGo() {
    var answer =
        assertThrows(
            ApiException.class,
            () -> ObjectForm.conform(json("{'spec':{'replicas':'two'}}"), DEPLOYMENT));
    assertEquals(400, answer.code());
    assertEquals(
        "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal"
            + " string into Go struct field DeploymentSpec.spec.replicas of type int32",
        answer.getMessage());
    var list =
        assertThrows(
            ApiException.class, () -> ObjectForm.conform(json("{'spec':{'containers':{}}}"), POD));
    assertEquals(
        "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal object into Go"
            + " struct field PodSpec.spec.containers of type []v1.Container",
        list.getMessage());
  }

  @Test
  void unknownFieldsAreDroppedAndReportedWithTheirPath() {
    var pod = json("{'spec':{'containers':[{'name':'a','imag':'x'}],'hostnam':'h'},'x':1}");
    var unknown = ObjectForm.conform(pod, POD);
    assertEquals(json("{'spec':{'containers':[{'name':'a'}]}}"), pod);
    assertEquals(
        List.of(
            "unknown field \"spec.containers[0].imag\"",
            "unknown field \"spec.hostnam\"",
            "unknown field \"x\""),
        unknown);
    assertEquals(
        List.of("duplicate field \"x\"", "unknown field \"y\""),
        ObjectForm.fieldValidation(
            FieldValidation.WARN,
            List.of("duplicate field \"x\""),
            List.of("unknown field \"y\""),
            POD));
    var strict =
        assertThrows(
            ApiException.class,
            () ->
                ObjectForm.fieldValidation(
                    FieldValidation.STRICT, List.of(), List.of("unknown field \"y\""), POD));
    assertEquals(
        "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error:"
            + " unknown field \"y\"",
        strict.getMessage());
  }

  @Test
  void nullsAndZerosThatGoWouldNotKeepAreDropped() {
    var deployment =
        json("{'metadata':{'labels':{},'name':''},'spec':{'replicas':0,'paused':false}}");
    ObjectForm.conform(deployment, DEPLOYMENT);
    assertEquals(json("{'metadata':{},'spec':{'replicas':0}}"), deployment);
    var pod = json("{'metadata':{'creationTimestamp':null},'spec':{'volumes':[{'emptyDir':{}}]}}");
    ObjectForm.conform(pod, POD);
    assertEquals(json("{'metadata':{},'spec':{'volumes':[{'emptyDir':{}}]}}"), pod);
  }

  @Test
  void aPodIsGivenWhatKubernetesGivesIt() {
    var pod =
        json(
            """
            {'spec':{'containers':[
               {'name':'a','image':'x:1','resources':{'limits':{'cpu':'1'}}},
               {'name':'b','image':'x','livenessProbe':{'httpGet':{'port':1}}}],
             'volumes':[{'name':'v'}]}}
            """);
    ObjectForm.fillDefaults(pod, POD);
    var spec = pod.path("spec");
    assertEquals("Always", spec.path("restartPolicy").asString());
    assertEquals(30, spec.path("terminationGracePeriodSeconds").asInt());
    assertEquals("IfNotPresent", spec.at("/containers/0/imagePullPolicy").asString());
    assertEquals("Always", spec.at("/containers/1/imagePullPolicy").asString());
    assertEquals("1", spec.at("/containers/0/resources/requests/cpu").asString());
    assertEquals(10, spec.at("/containers/1/livenessProbe/periodSeconds").asInt());
    assertEquals("/", spec.at("/containers/1/livenessProbe/httpGet/path").asString());
    assertEquals(json("{'name':'v','emptyDir':{}}"), spec.at("/volumes/0"));
    var again = pod.deepCopy();
    ObjectForm.fillDefaults(again, POD);
    assertEquals(pod, again);
  }

  @Test
  void aTemplateInACustomResourceIsLeftToTheObjectsMadeOfIt() {
    var jobSet =
        json(
            """
            {'spec':{'replicatedJobs':[{'name':'w','template':{'spec':{'template':{'spec':
               {'containers':[{'name':'a','ports':[{'containerPort':1}]}]}}}}}]}}
            """);
    ObjectForm.fillDefaults(jobSet, JOB_SET);
    var job = jobSet.at("/spec/replicatedJobs/0");
    assertEquals(1, job.path("replicas").asInt());
    assertEquals("Indexed", job.at("/template/spec/completionMode").asString());
    var pod = job.at("/template/spec/template/spec");
    assertEquals("OnFailure", pod.path("restartPolicy").asString());
    assertEquals(List.of("containers", "restartPolicy"), List.copyOf(pod.propertyNames()));
    assertEquals("TCP", pod.at("/containers/0/ports/0/protocol").asString());
  }

  @Test
  void aCustomResourceIsValidatedInTheWordsOfKubernetes() {
    var jobSet =
        json(
            """
            {'spec':{'ttlSecondsAfterFinished':-1,'suspend':'yes',
              'replicatedJobs':[{'template':{}},{'name':'a','template':{}},
                {'name':'a','template':{}}],
              'successPolicy':{'operator':'Some'}}}
            """);
    ObjectForm.conform(jobSet, JOB_SET);
    assertEquals(
        List.of(
            "spec.ttlSecondsAfterFinished: Invalid value: -1: spec.ttlSecondsAfterFinished in body"
                + " should be greater than or equal to 0",
            "spec.suspend: Invalid value: \"string\": spec.suspend in body must be of type boolean:"
                + " \"string\"",
            "spec.replicatedJobs[2]: Duplicate value: {\"name\":\"a\"}",
            "spec.replicatedJobs[0].name: Required value",
            "spec.successPolicy.operator: Unsupported value: \"Some\": supported values: \"All\","
                + " \"Any\""),
        ObjectForm.validate(jobSet, JOB_SET).stream().map(FieldError::toString).toList());
  }

  private static Kind kind(String apiVersion, String kind) {
    return CATALOG.findKind(apiVersion, kind).orElseThrow();
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}

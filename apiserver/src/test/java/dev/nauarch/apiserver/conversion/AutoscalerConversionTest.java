package dev.nauarch.apiserver.conversion;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** An autoscaler is the same in both of its versions. */
class AutoscalerConversionTest {

  private static final String TARGET = "'scaleTargetRef':{'kind':'Deployment','name':'d'}";
  private static final String CPU =
      "{'type':'Resource','resource':{'name':'cpu',"
          + "'target':{'type':'Utilization','averageUtilization':50}}}";

  private final AutoscalerConversion conversion = new AutoscalerConversion();

  @ParameterizedTest
  @ValueSource(
      strings = {
        CPU,
        "{'type':'Resource','resource':{'name':'memory',"
            + "'target':{'type':'AverageValue','averageValue':'1Gi'}}},"
            + CPU,
        "{'type':'ContainerResource','containerResource':{'name':'cpu','container':'c',"
            + "'target':{'type':'Utilization','averageUtilization':7}}}",
        "{'type':'Pods','pods':{'metric':{'name':'m','selector':{'matchLabels':{'a':'b'}}},"
            + "'target':{'type':'AverageValue','averageValue':'500m'}}}",
        "{'type':'Object','object':{'describedObject':{'kind':'Service','name':'s',"
            + "'apiVersion':'v1'},'metric':{'name':'m'},'target':{'type':'Value','value':'3'}}}",
        "{'type':'Object','object':{'describedObject':{'kind':'Service','name':'s'},"
            + "'metric':{'name':'m'},'target':{'type':'AverageValue','averageValue':'3'}}}",
        "{'type':'External','external':{'metric':{'name':'m','selector':{'matchExpressions':"
            + "[{'key':'k','operator':'In','values':['v']}]}},"
            + "'target':{'type':'Value','value':'9'}}}",
        "{'type':'External','external':{'metric':{'name':'m'},"
            + "'target':{'type':'AverageValue','averageValue':'9'}}}"
      })
  void whatTheOlderVersionLacksIsKeptInAnnotations(String metrics) {
    var newer =
        tree(
            "{'metadata':{'name':'h','annotations':{'a':'b'}},'spec':{"
                + TARGET
                + ",'minReplicas':1,'maxReplicas':3,'metrics':["
                + metrics
                + "],'behavior':{'scaleUp':{'stabilizationWindowSeconds':0,'selectPolicy':'Max',"
                + "'policies':[{'type':'Pods','value':4,'periodSeconds':15}],'tolerance':'50m'},"
                + "'scaleDown':{'policies':[{'type':'Percent','value':9,'periodSeconds':60}]}}},"
                + "'status':{'desiredReplicas':2,'currentMetrics':[{'type':'Resource','resource':"
                + "{'name':'cpu','current':{'averageUtilization':40,'averageValue':'100m'}}}],"
                + "'conditions':[{'type':'AbleToScale','status':'True','reason':'r',"
                + "'message':'m','lastTransitionTime':'2026-11-21T10:00:00Z'}]}}");
    var older = served(newer);
    assertTrue(older.at("/spec/metrics").isMissingNode());
    assertEquals(40, older.at("/status/currentCPUUtilizationPercentage").asInt());
    assertEquals(newer, stored(older));
    assertEquals(older, served(stored(older)));
  }

  @Test
  void annotationsHaveTheFormThatKubernetesGivesThem() {
    var older =
        served(
            tree(
                "{'metadata':{},'spec':{'metrics':[{'type':'Pods','pods':{'metric':{'name':'m'},"
                    + "'target':{'type':'AverageValue','averageValue':'5'}}},"
                    + CPU
                    + "],'behavior':{'scaleDown':{'stabilizationWindowSeconds':5}}}}"));
    var annotations = older.at("/metadata/annotations");
    assertEquals(
        "[{\"type\":\"Pods\",\"pods\":{\"metricName\":\"m\",\"targetAverageValue\":\"5\"}}]",
        annotations.path("autoscaling.alpha.kubernetes.io/metrics").asString());
    assertEquals(
        "{\"ScaleUp\":null,\"ScaleDown\":{\"StabilizationWindowSeconds\":5,\"SelectPolicy\":null,"
            + "\"Policies\":null,\"Tolerance\":null}}",
        annotations.path("autoscaling.alpha.kubernetes.io/behavior").asString());
    assertEquals(50, older.at("/spec/targetCPUUtilizationPercentage").asInt());
  }

  @Test
  void anOlderOneThatNamesNoMetricScalesByTheUseOfCpu() {
    var newer = stored(tree("{'metadata':{},'spec':{'maxReplicas':2}}"));
    assertEquals(80, newer.at("/spec/metrics/0/resource/target/averageUtilization").asInt());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "{}",
        "5",
        "[5]",
        "[{}]",
        "[{'type':5}]",
        "[{'type':'Pods','pods':{'metricName':5}}]",
        "[{'type':'Pods','pods':{'targetAverageValue':'much'}}]",
        "[{'type':'Resource','resource':{'targetAverageUtilization':'x'}}]",
        "[{'type':'Object','object':{'target':{'kind':{}}}}]",
        "[{'type':'Pods','pods':{'selector':{'matchLabels':{'a':1}}}}]"
      })
  void anAnnotationOfAnotherFormIsIgnored(String text) {
    var older = tree("{'metadata':{'annotations':{'a':'b'}},'spec':{'maxReplicas':2}}");
    var annotations = (ObjectNode) older.at("/metadata/annotations");
    for (var name : new String[] {"metrics", "behavior"}) {
      annotations.put("autoscaling.alpha.kubernetes.io/" + name, text.replace('\'', '"'));
    }
    assertEquals(
        tree(
            "{'metadata':{'annotations':{'a':'b'}},'spec':{'maxReplicas':2,'metrics':[{'type':"
                + "'Resource','resource':{'name':'cpu','target':{'type':'Utilization',"
                + "'averageUtilization':80}}}]}}"),
        stored(older));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no json", "{}", "[5]", "[{'type':5}]", "[{'bogus':'x'}]"})
  void anAnnotationOfAnotherFormGivesNoStatus(String text) {
    var older = tree("{'metadata':{'annotations':{'a':'b'}},'spec':{'maxReplicas':2}}");
    var annotations = (ObjectNode) older.at("/metadata/annotations");
    for (var name : new String[] {"current-metrics", "conditions"}) {
      annotations.put("autoscaling.alpha.kubernetes.io/" + name, text.replace('\'', '"'));
    }
    assertTrue(stored(older).path("status").isMissingNode(), () -> stored(older).toString());
  }

  private ObjectNode served(ObjectNode stored) {
    var served = stored.deepCopy();
    conversion.toServed(served);
    return served;
  }

  private ObjectNode stored(ObjectNode served) {
    var stored = served.deepCopy();
    conversion.toStored(stored);
    return stored;
  }
}

package dev.nauarch.apiserver.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TablesTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void everyCellThatTheCatalogNamesIsComputed() {
    for (var kind : CATALOG.kinds()) {
      for (var column : kind.columns()) {
        assertTrue(
            column.computed().isEmpty() || Cells.isKnown(column.computed()), column.computed());
      }
      var row = Tables.row(kind, json("{}"), Tables.Include.NONE, NOW);
      assertEquals(kind.columns().size(), row.path("cells").size());
      assertEquals(kind.columns().size(), Tables.columns(kind).size());
    }
  }

  @Test
  void aPodIsShownAsKubectlShowsIt() {
    var pod =
        """
        {'metadata':{'name':'a','creationTimestamp':'2026-11-21T09:00:00Z'},
         'spec':{'nodeName':'n','containers':[{'name':'x'},{'name':'y'}]},
         'status':{'phase':'Running','podIP':'10.0.0.1','containerStatuses':[
           {'name':'x','ready':true,'restartCount':2,'state':{'running':{}},
            'lastState':{'terminated':{'finishedAt':'2026-11-21T11:55:00Z'}}},
           {'name':'y','ready':false,'restartCount':0,
            'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}
        """;
    assertEquals(
        "[\"a\",\"1/2\",\"CrashLoopBackOff\",\"2 (5m ago)\",\"3h\",\"10.0.0.1\",\"n\",\"<none>\","
            + "\"<none>\"]",
        cells("v1", "Pod", pod));
  }

  @Test
  void aPodThatInitializesSaysHowFarItIs() {
    var pod =
        """
        {'spec':{'initContainers':[{'name':'i'},{'name':'j'}],'containers':[{'name':'x'}]},
         'status':{'phase':'Pending','initContainerStatuses':[
           {'name':'i','state':{'terminated':{'exitCode':0}}},{'name':'j','state':{'running':{}}}]}}
        """;
    assertTrue(cells("v1", "Pod", pod).contains("\"Init:1/2\""));
    var failed = pod.replace("'exitCode':0", "'exitCode':3");
    assertTrue(cells("v1", "Pod", failed).contains("\"Init:ExitCode:3\""));
    var ending = pod.replace("{'spec'", "{'metadata':{'deletionTimestamp':'x'},'spec'");
    assertTrue(cells("v1", "Pod", ending).contains("\"Terminating\""));
  }

  @Test
  void aColumnOfAPathFindsTheItemWithAProperty() {
    var jobSet =
        """
        {'metadata':{'name':'a'},'spec':{'suspend':false},'status':{'restarts':1,
         'conditions':[{'type':'Other','status':'False'},{'type':'Completed','status':'True'}]}}
        """;
    assertEquals(
        "[\"a\",\"\",\"1\",\"True\",\"false\",\"<unknown>\"]",
        cells("jobset.x-k8s.io/v1alpha2", "JobSet", jobSet));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          v1|ReplicationController|{'metadata':{'name':'a'},'spec':{'replicas':2,'selector':{'b':'c'},'template':{'spec':{'containers':[{'name':'x','image':'i'}]}}},'status':{'replicas':2,'readyReplicas':1}}|["a",2,2,1,"<unknown>","x","i","b=c"]
          v1|ComponentStatus|{'metadata':{'name':'etcd-0'},'conditions':[{'type':'Healthy','status':'True','message':'ok'}]}|["etcd-0","Healthy","ok",""]
          v1|ComponentStatus|{'metadata':{'name':'etcd-0'},'conditions':[{'type':'Healthy','status':'False','error':'no'}]}|["etcd-0","Unhealthy","","no"]
          apps/v1|StatefulSet|{'metadata':{'name':'a'},'spec':{'replicas':3,'template':{'spec':{'containers':[{'name':'x','image':'i'}]}}},'status':{'readyReplicas':1}}|["a","1/3","<unknown>","x","i"]
          apps/v1|DaemonSet|{'metadata':{'name':'a'},'spec':{'selector':{'matchLabels':{'b':'c'}},'template':{'spec':{'nodeSelector':{'d':'e'},'containers':[{'name':'x','image':'i'}]}}},'status':{'desiredNumberScheduled':5,'currentNumberScheduled':4,'numberReady':3,'updatedNumberScheduled':2,'numberAvailable':1}}|["a",5,4,3,2,1,"d=e","<unknown>","x","i","b=c"]
          apps/v1|ControllerRevision|{'metadata':{'name':'a','ownerReferences':[{'apiVersion':'apps/v1','kind':'StatefulSet','name':'s','controller':true}]},'revision':3}|["a","statefulset.apps/s","3","<unknown>"]
          batch/v1|CronJob|{'metadata':{'name':'a'},'spec':{'schedule':'@daily','suspend':false,'jobTemplate':{'spec':{'template':{'spec':{'containers':[{'name':'x','image':'i'}]}}}}},'status':{'active':[{}],'lastScheduleTime':'2026-11-21T11:00:00Z'}}|["a","@daily","<none>","False",1,"60m","<unknown>","x","i","<none>"]
          autoscaling/v2|HorizontalPodAutoscaler|{'metadata':{'name':'a'},'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'minReplicas':1,'maxReplicas':3,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization','averageUtilization':80}}},{'type':'Pods','pods':{'target':{'averageValue':'5'}}},{'type':'External','external':{'target':{'value':'5'}}}]},'status':{'currentReplicas':2,'currentMetrics':[{'type':'Resource','resource':{'current':{'averageUtilization':40}}}]}}|["a","Deployment/d","cpu: 40%/80%, <unknown>/5 + 1 more...","1",3,2,"<unknown>"]
          autoscaling/v1|HorizontalPodAutoscaler|{'metadata':{'name':'a'},'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'maxReplicas':3,'targetCPUUtilizationPercentage':50}}|["a","Deployment/d","cpu: <unknown>/50%","<unset>",3,0,"<unknown>"]
          networking.k8s.io/v1|Ingress|{'metadata':{'name':'a'},'spec':{'ingressClassName':'c','tls':[{}],'rules':[{'host':'w'},{'host':'x'},{'host':'y'},{'host':'z'}]},'status':{'loadBalancer':{'ingress':[{'ip':'10.0.0.2'},{'hostname':'h'},{'ip':'10.0.0.1'}]}}}|["a","c","w,x,y + 1 more...","10.0.0.1,10.0.0.2,h","80, 443","<unknown>"]
          networking.k8s.io/v1|Ingress|{'metadata':{'name':'a'},'spec':{}}|["a","<none>","*","","80","<unknown>"]
          networking.k8s.io/v1|IngressClass|{'metadata':{'name':'a'},'spec':{'controller':'x.y/z','parameters':{'apiGroup':'g','kind':'K','name':'n'}}}|["a","x.y/z","K.g/n","<unknown>"]
          networking.k8s.io/v1|NetworkPolicy|{'metadata':{'name':'a'},'spec':{'podSelector':{}}}|["a","<none>","<unknown>"]
          networking.k8s.io/v1|IPAddress|{'metadata':{'name':'10.0.0.1'},'spec':{'parentRef':{'resource':'services','namespace':'d','name':'s'}}}|["10.0.0.1","services/d/s","<unknown>"]
          networking.k8s.io/v1|ServiceCIDR|{'metadata':{'name':'a'},'spec':{'cidrs':['10.0.0.0/8','fd00::/64']}}|["a","10.0.0.0/8,fd00::/64","<unknown>"]
          """)
  void aRowShowsWhatKubectlShows(String apiVersion, String kind, String object, String cells) {
    assertEquals(cells, cells(apiVersion, kind, object));
  }

  @Test
  void aRowCarriesWhatWasAskedFor() {
    var pod = json("{'metadata':{'name':'a'},'spec':{}}");
    var kind = CATALOG.findKind("v1", "Pod").orElseThrow();
    for (var include : Tables.Include.values()) {
      var row = Tables.row(kind, pod, include, NOW);
      assertEquals(include != Tables.Include.NONE, row.has("object"));
      assertEquals(include == Tables.Include.OBJECT, row.path("object").has("spec"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "125, 2m5s",
    "600, 10m",
    "10799, 179m",
    "10800, 3h",
    "14460, 4h1m",
    "86400, 24h",
    "172800, 2d",
    "176400, 2d1h",
    "864000, 10d",
    "63072000, 2y"
  })
  void agesHaveTheTwoLargestUnitsThatMatter(long seconds, String text) {
    assertEquals(text, Age.print(Duration.ofSeconds(seconds)));
  }

  private static String cells(String apiVersion, String kind, String object) {
    var row =
        Tables.row(
            CATALOG.findKind(apiVersion, kind).orElseThrow(),
            json(object),
            Tables.Include.METADATA,
            NOW);
    return row.path("cells").toString();
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}

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

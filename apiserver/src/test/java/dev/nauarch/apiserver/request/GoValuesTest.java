package dev.nauarch.apiserver.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.object.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GoValuesTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'b':1,'a':'x'} | map[a:x b:1]
          {'a':[1,2.5,true,null],'b':{}} | map[a:[1 2.5 true <nil>] b:map[]]
          """)
  void aValueIsShownAsGoPrintsIt(String json, String shown) {
    assertEquals(shown, GoValues.text(tree(json)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'metadata':{'labels':'a'}} | cannot restore map from string
          {'metadata':7} | cannot restore struct from: int64
          {'spec':{'template':{'spec':{'containers':true}}}} | cannot restore slice from bool
          {'spec':{'template':{'spec':{'containers':[{'ports':{}}]}}}} | cannot restore slice from map
          {'spec':{'replicas':'many'}} | unrecognized type: int32
          {'spec':{'replicas':1.5}} | cannot convert float64 to int32
          {'spec':{'paused':'yes'}} | unrecognized type: bool
          {'metadata':{'labels':{'a':5}}} | cannot convert int64 to string
          {'metadata':{'labels':{'a':[]}}} | unrecognized type: string
          {'spec':{'replicas':3,'paused':null},'unknown':[5]} | ''
          """)
  void whatDoesNotFitAFieldIsNamedByItsType(String json, String why) {
    var deployment = CATALOG.find("apps", "v1", "deployments").orElseThrow();
    assertEquals(why, GoValues.misfit(tree(json), deployment.schema()).orElse(""));
  }

  private static JsonNode tree(String json) {
    return Json.MAPPER.readTree(json.replace('\'', '"'));
  }
}

package dev.nauarch.apiserver.strategy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.MemoryView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a webhook configuration may say. */
class WebhookRulesTest {

  private static final String GOOD =
      "{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1'],'clientConfig':{"
          + "'url':'https://h/p'},'failurePolicy':'Fail','matchPolicy':'Exact','rules':[{"
          + "'operations':['*'],'apiGroups':['*'],'apiVersions':['*'],'resources':['*/*'],"
          + "'scope':'*'}],'matchConditions':[{'name':'c','expression':'request.dryRun'}]}";

  @Test
  void aGoodOneIsTaken() {
    assertEquals(List.of(), errors(configuration(GOOD, GOOD.replace("a.b.c", "d.e.f"))));
  }

  @Test
  void namesAreUnique() {
    assertEquals(
        List.of("webhooks[1].name: Duplicate value: \"a.b.c\""), errors(configuration(GOOD, GOOD)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name | 'a.b' | name: Invalid value: \"a.b\": should be a domain with at least three"
            + " segments separated by dots",
        "name | '' | name: Required value",
        "sideEffects | 'Some' | sideEffects: Unsupported value: \"Some\": supported values: \"None\","
            + " \"NoneOnDryRun\"",
        "sideEffects | null | sideEffects: Required value: must specify one of None, NoneOnDryRun",
        "timeoutSeconds | 0 | timeoutSeconds: Invalid value: 0: the timeout value must be between 1"
            + " and 30 seconds",
        "timeoutSeconds | 31 | timeoutSeconds: Invalid value: 31: the timeout value must be between"
            + " 1 and 30 seconds",
        "failurePolicy | 'No' | failurePolicy: Unsupported value: \"No\": supported values:"
            + " \"Fail\", \"Ignore\"",
        "matchPolicy | 'No' | matchPolicy: Unsupported value: \"No\": supported values:"
            + " \"Equivalent\", \"Exact\"",
        "reinvocationPolicy | 'No' | reinvocationPolicy: Unsupported value: \"No\": supported"
            + " values: \"IfNeeded\", \"Never\"",
        "admissionReviewVersions | [] | admissionReviewVersions: Required value: must specify one of"
            + " v1, v1beta1",
        "admissionReviewVersions | ['v3'] | admissionReviewVersions: Invalid value: [\"v3\"]: must"
            + " include at least one of v1, v1beta1",
        "admissionReviewVersions | ['v1','v1'] | admissionReviewVersions[1]: Invalid value: \"v1\":"
            + " duplicate version",
        "clientConfig | {} | clientConfig: Required value: exactly one of url or service is required",
        "clientConfig | {'url':'http://h'} | clientConfig.url: Invalid value: \"http\": 'https' is"
            + " the only allowed URL scheme; desired format: https://host[/path]",
        "clientConfig | {'url':'https:///p'} | clientConfig.url: Invalid value: \"\": host must be"
            + " specified; desired format: https://host[/path]",
        "clientConfig | {'url':'https://u@h'} | clientConfig.url: Invalid value: \"u\": user"
            + " information is not permitted in the URL",
        "clientConfig | {'url':'https://h?a=b'} | clientConfig.url: Invalid value: \"a=b\": query"
            + " parameters are not permitted in the URL",
        "clientConfig | {'url':'https://h#f'} | clientConfig.url: Invalid value: \"f\": fragments"
            + " are not permitted in the URL",
        "clientConfig | {'service':{'name':'n','namespace':'m','port':0}} | clientConfig.service.port:"
            + " Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive",
        "clientConfig | {'service':{'name':'n','namespace':'m','path':'xy'}} |"
            + " clientConfig.service.path: Invalid value: \"xy\": must start with a '/'",
        "clientConfig | {'service':{'name':'n','namespace':'m','path':'/a//b'}} |"
            + " clientConfig.service.path: Invalid value: \"/a//b\": segment[1] may not be empty",
        "matchConditions | [{'name':'','expression':'true'}] | matchConditions[0].name: Required"
            + " value",
        "matchConditions | [{'name':'a','expression':' '}] | matchConditions[0].expression: Required"
            + " value",
        "matchConditions | [{'name':'a','expression':'1'}] | matchConditions[0].expression: Invalid"
            + " value: \"1\": must evaluate to bool but got int",
        "matchConditions | [{'name':'a','expression':'object.x'}] | matchConditions[0].expression:"
            + " Invalid value: \"object.x\": must evaluate to bool but got dyn",
      })
  void everyRuleIsHeld(String field, String value, String error) {
    assertEquals(List.of("webhooks[0]." + error), errors(configuration(with(field, value))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "operations | [] | operations: Required value",
        "operations | ['*','CREATE'] | operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is"
            + " present, must not specify other operations",
        "operations | ['GET'] | operations[0]: Unsupported value: \"GET\": supported values: \"*\","
            + " \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"",
        "apiGroups | [] | apiGroups: Required value",
        "apiGroups | ['*','a'] | apiGroups: Invalid value: [\"*\",\"a\"]: if '*' is present, must"
            + " not specify other API groups",
        "apiVersions | [''] | apiVersions[0]: Required value",
        "resources | [] | resources: Required value",
        "resources | ['a/*','a/b'] | resources[1]: Invalid value: \"a/b\": if 'a/*' is present, must"
            + " not specify a/b",
        "resources | ['*/b','a/b'] | resources[1]: Invalid value: \"a/b\": if '*/b' is present, must"
            + " not specify a/b",
        "resources | ['*/*','a'] | resources: Invalid value: [\"*/*\",\"a\"]: if '*/*' is present,"
            + " must not specify other resources",
        "resources | ['*','a'] | resources: Invalid value: [\"*\",\"a\"]: if '*' is present, must"
            + " not specify other resources without subresources",
        "scope | 'No' | scope: Unsupported value: \"No\": supported values: \"*\", \"Cluster\","
            + " \"Namespaced\"",
      })
  void everyRuleOfARuleIsHeld(String field, String value, String error) {
    var webhook = MemoryView.tree(GOOD);
    var rule = (ObjectNode) webhook.path("rules").path(0);
    rule.set(field, MemoryView.tree("{'v':" + value + "}").get("v"));
    assertEquals(
        List.of("webhooks[0].rules[0]." + error), errors(configuration(webhook.toString())));
  }

  @Test
  void anExpressionThatCannotBeCompiledSaysWhere() {
    var errors = errors(configuration(with("matchConditions", "[{'name':'a','expression':'x'}]")));
    assertTrue(
        errors
            .getFirst()
            .startsWith(
                "webhooks[0].matchConditions[0].expression: Invalid value: \"x\": compilation"
                    + " failed: ERROR: <input>:1:1: undeclared reference to 'x' (in container"
                    + " '')"),
        errors.getFirst());
    assertTrue(errors.getFirst().endsWith(" | x\n | ^"), errors.getFirst());
  }

  @Test
  void expressionsMayAskWhoMayDoWhat() {
    var expression =
        "authorizer.group('').resource('pods').namespace(request.namespace).check('get').allowed()"
            + " && authorizer.requestResource.check('update').reason() == ''"
            + " && authorizer.path('/x').check('get').errored()"
            + " && authorizer.serviceAccount('n','a').group('').resource('x').subresource('s')"
            + ".name('n').fieldSelector('a=b').labelSelector('c').check('v').error() == ''";
    var configuration = configuration(GOOD);
    var condition = configuration.path("webhooks").path(0).path("matchConditions").path(0);
    ((ObjectNode) condition).put("expression", expression);
    assertEquals(List.of(), errors(configuration));
  }

  @Test
  void whatIsStoredIsNotCompiledAgain() {
    var old = configuration(with("matchConditions", "[{'name':'a','expression':'gone'}]"));
    var strategy = AdmissionKinds.webhooks();
    assertEquals(List.of(), strategy.validateUpdate(old.deepCopy(), old, ""));
    assertFalse(errors(old).isEmpty());
  }

  private static String with(String field, String value) {
    var webhook = MemoryView.tree(GOOD);
    webhook.set(field, MemoryView.tree("{'v':" + value + "}").get("v"));
    return webhook.toString();
  }

  private static ObjectNode configuration(String... webhooks) {
    return MemoryView.tree("{'webhooks':[" + String.join(",", webhooks) + "]}");
  }

  private static List<String> errors(ObjectNode configuration) {
    var strategy = AdmissionKinds.webhooks();
    return strategy.validate(configuration).stream().map(FieldError::toString).toList();
  }
}

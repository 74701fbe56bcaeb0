package dev.nauarch.apiserver.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an EncryptionConfiguration may say, and what is said of one that says something wrong. */
class EncryptionFileTest {

  /** Keys of 16 and 32 bytes. */
  private static final String SHORT = "c2VjcmV0IGlzIHNlY3VyZQ==";

  private static final String LONG = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=";

  private static EncryptionRules read(String resources) {
    var text =
        "{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: %s}"
            .formatted(resources);
    return EncryptionFile.read(Path.of("keys.yaml"), Bytes.of(text));
  }

  private static String refusal(String resources) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> read(resources));
    return String.valueOf(refusal.getMessage()).replace("keys.yaml: ", "");
  }

  private static String entry(String resources, String providers) {
    return "{resources: [%s], providers: [%s]}".formatted(resources, providers);
  }

  private static String aes(String key) {
    return "{aescbc: {keys: [{name: %s, secret: %s}]}}".formatted(key, SHORT);
  }

  @Test
  void theMostSpecificRuleHolds() {
    var rules =
        read(
            "[%s, %s, %s, %s]"
                .formatted(
                    entry("events", "{identity: {}}"),
                    entry("secrets, pandas.bears.example", aes("one")),
                    entry("'*.apps', '*.'", aes("two")),
                    entry("'*.*'", aes("three"))));
    assertEquals("", rules.of("/registry/core/events/default/e").all().getFirst().prefix());
    assertEquals("one", key(rules, "/registry/core/secrets/default/s"));
    assertEquals("one", key(rules, "/registry/bears.example/pandas/default/p"));
    assertEquals("two", key(rules, "/registry/apps/deployments/default/d"));
    assertEquals("two", key(rules, "/registry/core/pods/default/p"));
    assertEquals("three", key(rules, "/registry/batch/jobs/default/j"));
    assertEquals(Providers.NONE, rules.of("/registry/allocations/clusterips/10.96.0.1"));
    assertEquals(Providers.NONE, rules.of("/registry/health"));
  }

  private static String key(EncryptionRules rules, String key) {
    return rules.of(key).all().getFirst().keys().getFirst().name();
  }

  @Test
  void whatIsSaidTwiceOfAResourceIsAddedUp() {
    var rules = read("[%s, %s]".formatted(entry("secrets", aes("a")), entry("secrets", aes("b"))));
    var names =
        rules.of("/registry/core/secrets/n/s").all().stream()
            .map(provider -> provider.keys().getFirst().name())
            .toList();
    assertEquals(List.of("a", "b"), names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "secrets, secrets | the same resource cannot be specified multiple times",
        "secrets, '*.' | using overlapping resources such as 'secrets' and '*.' in the same"
            + " resource list is not allowed as they will be masked",
        "deployments.apps, '*.*' | using overlapping resources such as 'secrets' and '*.' in the"
            + " same resource list is not allowed as they will be masked",
      })
  void listsThatHideTheirOwnItemsAreRefused(String resources, String message) {
    var refusal = refusal("[" + entry(resources, aes("k")) + "]");
    assertTrue(refusal.startsWith("resources[0].resources: Invalid value: ["), refusal);
    assertTrue(refusal.endsWith(": " + message), refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Secrets | resource name should not contain capital letters",
        "'*' | use '*.' to encrypt all the resources from core API group or *.* to encrypt all"
            + " resources",
        "serviceipallocations | resources which do not have REST API/s cannot be encrypted",
        "events.events.k8s.io | '*.events.k8s.io' objects are stored using the 'events' API group"
            + " in etcd. Use 'events' instead in the config file",
        "ingresses.extensions | 'extensions' group has been removed and cannot be used for"
            + " encryption",
        "'secrets.*' | encrypting the same resource across groups is not supported",
      })
  void namesThatStandForNothingAreRefused(String resource, String message) {
    var shown = resource.replace("'", "");
    assertEquals(
        "resources[0].resources[0]: Invalid value: \"" + shown + "\": " + message,
        refusal("[" + entry(resource, aes("k")) + "]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | : Invalid value: \"REDACTED\": provider does not contain any of the expected"
            + " providers: KMS, AESGCM, AESCBC, Secretbox, Identity",
        "{identity: {}, aesgcm: {keys: [{name: k, secret: "
            + SHORT
            + "}]}} | : Invalid value:"
            + " \"REDACTED\": more than one provider specified in a single element, should split"
            + " into different list elements",
        "{aescbc: {keys: []}} | .aescbc.keys: Required value: at least one keys is required",
        "{aescbc: {keys: [{secret: "
            + SHORT
            + "}]}} | .aescbc.keys[0].name: Required value:"
            + " name is a mandatory field for a key",
        "{aesgcm: {keys: [{name: k}]}} | .aesgcm.keys[0].secret: Required value:"
            + " secret is a mandatory field for a key",
        "{aescbc: {keys: [{name: k, secret: '%%'}]}} | .aescbc.keys[0].secret: Invalid value:"
            + " \"REDACTED\": secrets must be base64 encoded",
        "{aescbc: {keys: [{name: k, secret: YWJj}]}} | .aescbc.keys[0].secret: Invalid value:"
            + " \"REDACTED\": secret is not of the expected length, got 3, expected one of"
            + " [16 24 32]",
        "{secretbox: {keys: [{name: k, secret: "
            + SHORT
            + "}]}} | .secretbox.keys[0].secret:"
            + " Invalid value: \"REDACTED\": secret is not of the expected length, got 16,"
            + " expected one of [32]",
        "{kms: {apiVersion: v2, name: k, endpoint: 'unix:///k.sock'}} | .kms: Forbidden: this"
            + " server calls no key management service",
        "{aescbc: {keys: [{name: k, secret: "
            + SHORT
            + ", size: 1}]}} | .aescbc.keys[0]: Invalid"
            + " value: \"size\": unknown field",
      })
  void providersThatAreNoneAreRefused(String provider, String message) {
    assertEquals(
        "resources[0].providers[0]" + message.strip(),
        refusal("[" + entry("secrets", provider) + "]"));
  }

  @Test
  void whatAnEarlierRuleCoversIsRefused() {
    assertEquals(
        "resources[1].resources[0]: Invalid value: \"secrets\":"
            + " resource \"secrets\" is masked by earlier rule \"*.\"",
        refusal("[%s, %s]".formatted(entry("'*.'", aes("a")), entry("secrets", aes("b")))));
    assertEquals(
        "resources[1].resources[0]: Invalid value: \"*.apps\":"
            + " resource \"*.apps\" is masked by earlier rule \"*.*\"",
        refusal("[%s, %s]".formatted(entry("'*.*'", aes("a")), entry("'*.apps'", aes("b")))));
  }

  @Test
  void nothingIsRefused() {
    assertEquals("resources: Required value: at least one resources is required", refusal("[]"));
    assertEquals(
        "resources[0].resources: Required value: at least one resources[0].resources is required;"
            + " resources[0].providers: Required value: at least one resources[0].providers is"
            + " required",
        refusal("[{}]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: v1, kind: EncryptionConfiguration}",
        "{apiVersion: apiserver.config.k8s.io/v1, kind: Secret}",
        "[]",
        "a: [",
        ""
      })
  void otherFilesAreRefused(String text) {
    var file = Path.of("keys.yaml");
    var refusal =
        assertThrows(
            IllegalArgumentException.class, () -> EncryptionFile.read(file, Bytes.of(text)));
    assertTrue(String.valueOf(refusal.getMessage()).startsWith("keys.yaml: "));
  }

  @Test
  void keysOfAllLengthsAreTaken() {
    read("[" + entry("secrets", "{secretbox: {keys: [{name: k, secret: " + LONG + "}]}}") + "]");
    read("[" + entry("secrets", "{aesgcm: {keys: [{name: k, secret: " + LONG + "}]}}") + "]");
  }
}

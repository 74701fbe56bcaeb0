package dev.nauarch.apiserver.strategy.core;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a Secret is filled in with. */
class ConfigRulesTest {

  @Test
  void aSecretKeepsTextAsBase64() {
    var secret = tree("{'data':{'a':'eA=='},'stringData':{'b':'y'}}");
    ConfigRules.fillSecret(secret, tree("{}"));
    assertEquals(tree("{'data':{'a':'eA==','b':'eQ=='},'type':'Opaque'}"), secret);
  }
}

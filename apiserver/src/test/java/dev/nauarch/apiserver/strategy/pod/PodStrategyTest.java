package dev.nauarch.apiserver.strategy.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.apiserver.port.User;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PodStrategyTest {

  private static JsonNode created(String spec) {
    var pod = ModelCodec.tree(("{\"spec\":" + spec + "}").getBytes(StandardCharsets.UTF_8));
    new PodStrategy().prepareForCreate(pod, User.ANONYMOUS);
    return pod;
  }

  @Test
  void aPodWithGatesSaysFromTheFirstThatItIsGated() {
    var condition = created("{\"schedulingGates\":[{\"name\":\"a\"}]}").at("/status/conditions/0");
    assertEquals("PodScheduled", condition.path("type").stringValue());
    assertEquals("False", condition.path("status").stringValue());
    assertEquals("SchedulingGated", condition.path("reason").stringValue());
    assertTrue(created("{}").at("/status/conditions").isMissingNode());
  }
}

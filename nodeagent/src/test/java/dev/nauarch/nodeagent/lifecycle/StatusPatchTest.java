package dev.nauarch.nodeagent.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a node writes replaces what it wrote before, also where lists are merged. */
class StatusPatchTest {

  private static Pod pod(PodStatus status) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid("u")
        .withGeneration(1L)
        .endMetadata()
        .withStatus(status)
        .build();
  }

  private static PodStatus at(String host, String address) {
    return new PodStatusBuilder().addNewHostIP(host).addNewPodIP(address).build();
  }

  private static String lists(Pod pod, PodStatus status) {
    var tree =
        ModelCodec.tree(StatusPatch.of(pod, status).body().getBytes(StandardCharsets.UTF_8))
            .path("status");
    return tree.path("hostIPs") + " " + tree.path("podIPs");
  }

  @Test
  void addressesThatAreTheSameAreMerged() {
    var merged = "[{\"ip\":\"1.1.1.1\"}] [{\"ip\":\"2.2.2.2\"}]";
    assertEquals(merged, lists(pod(new PodStatus()), at("1.1.1.1", "2.2.2.2")));
    assertEquals(merged, lists(pod(at("1.1.1.1", "2.2.2.2")), at("1.1.1.1", "2.2.2.2")));
  }

  @Test
  void otherAddressesTakeThePlaceOfThoseOfBefore() {
    assertEquals(
        "[{\"ip\":\"1.1.1.1\"}] [{\"$patch\":\"replace\"},{\"ip\":\"2.2.2.3\"}]",
        lists(pod(at("1.1.1.1", "2.2.2.2")), at("1.1.1.1", "2.2.2.3")));
    assertEquals(
        "[{\"$patch\":\"replace\"},{\"ip\":\"1.1.1.2\"}] [{\"$patch\":\"replace\"}]",
        lists(
            pod(at("1.1.1.1", "2.2.2.2")), new PodStatusBuilder().addNewHostIP("1.1.1.2").build()));
  }
}

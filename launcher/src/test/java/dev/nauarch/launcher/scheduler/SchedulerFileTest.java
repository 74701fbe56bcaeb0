package dev.nauarch.launcher.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerFileTest {

  private static final String HEAD =
      "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

  @TempDir private Path directory = Path.of("");

  private SchedulerOptions read(String text) throws IOException {
    var file = directory.resolve("scheduler.yaml");
    Files.writeString(file, HEAD + text);
    return SchedulerFile.read(file);
  }

  @Test
  void whatIsNotSaidIsAsByDefault() throws IOException {
    assertEquals(SchedulerOptions.DEFAULT, read(""));
  }

  @Test
  void profilesSayWhatNodesAreWorth() throws IOException {
    var options =
        read(
            """
            podInitialBackoffSeconds: 2
            podMaxBackoffSeconds: 20
            profiles:
            - schedulerName: packing
              plugins:
                score:
                  disabled:
                  - name: NodeResourcesBalancedAllocation
                  enabled:
                  - name: NodeAffinity
                    weight: 7
              pluginConfig:
              - name: NodeResourcesFit
                args:
                  scoringStrategy: {type: MostAllocated}
              - name: NodeAffinity
                args:
                  addedAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                      - matchExpressions:
                        - {key: pool, operator: In, values: [batch]}
            - schedulerName: default-scheduler
            """);
    assertEquals(Duration.ofSeconds(2), options.backoffFirst());
    assertEquals(Duration.ofSeconds(20), options.backoffMax());
    var packing = options.profile("packing").orElseThrow();
    assertEquals(new Weights(7, 3, 1, 0, true, 2), packing.weights());
    assertEquals("pool=batch", packing.requiredNodes().getFirst().labels().getFirst().toString());
    assertEquals(Weights.DEFAULT, options.profile("default-scheduler").orElseThrow().weights());
    assertTrue(options.profile("other").isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parallelism: 16 | Invalid value: \"parallelism\": unknown field",
        "podMaxBackoffSeconds: 0 | must be between 1 and 3600, inclusive",
        "profiles: [{schedulerName: a}, {schedulerName: a}] | profiles[1].schedulerName: ",
        "profiles: [{plugins: {filter: {disabled: [{name: NodePorts}]}}}] | plugins: Invalid value: \"filter\": unknown field",
        "profiles: [{plugins: {score: {enabled: [{name: ImageLocality}]}}}] | supported values",
        "profiles: [{plugins: {score: {disabled: [{name: InterPodAffinity}]}}}] | the same weight",
        "profiles: [{pluginConfig: [{name: VolumeBinding}]}] | supported values",
        "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: "
            + "{type: RequestedToCapacityRatio}}}]}] | supported values",
      })
  void whatNobodyWouldActUponIsRefused(String text, String why) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> read(text));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
  }
}

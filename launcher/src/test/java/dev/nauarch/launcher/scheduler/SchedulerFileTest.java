package dev.nauarch.launcher.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.SpreadRule;
import dev.nauarch.scheduling.model.Weights;
import dev.nauarch.scheduling.plugin.NodeFilter;
import dev.nauarch.scheduling.plugin.PluginArgs;
import dev.nauarch.scheduling.plugin.SchedulerPlugin;
import dev.nauarch.scheduling.plugin.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerFileTest {

  private static final String HEAD =
      "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

  /** A rule that takes one number. */
  private static final class Odd implements SchedulerPlugin {
    @Override
    public String name() {
      return "Odd";
    }

    @Override
    public Optional<NodeFilter> filter(PluginArgs args) {
      var most = args.number("most", 1);
      return Optional.of(
          (pod, node) -> node.pods().size() < most ? Verdict.POSSIBLE : Verdict.refused("full"));
    }
  }

  private static final SortedMap<String, SchedulerPlugin> PLUGINS =
      new TreeMap<>(Map.of("Odd", new Odd()));

  @TempDir private Path directory = Path.of("");

  private SchedulerOptions read(String text) throws IOException {
    var file = directory.resolve("scheduler.yaml");
    Files.writeString(file, HEAD + text);
    return SchedulerFile.read(file, PLUGINS);
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
    assertEquals(new Weights(7, 3, 1, 0, true, 2, 2, 1), packing.policy().weights());
    assertEquals("pool=batch", packing.requiredNodes().getFirst().labels().getFirst().toString());
    assertEquals(Policy.DEFAULT, options.profile("default-scheduler").orElseThrow().policy());
    assertTrue(options.profile("other").isEmpty());
  }

  @Test
  void rulesAreSwitchedOffAndOnAgain() throws IOException {
    var options =
        read(
            """
            profiles:
            - plugins:
                multiPoint:
                  disabled: [{name: "*"}]
                  enabled:
                  - name: DefaultBinder
                  - name: DefaultPreemption
                  - name: DynamicResources
                  - name: NodeName
                  - name: PrioritySort
                  - name: SchedulingGates
                  - name: VolumeBinding
                  - {name: NodeResourcesFit, weight: 3}
                filter:
                  enabled: [{name: NodePorts}]
            """);
    var policy = options.profiles().getFirst().policy();
    assertEquals(new Weights(0, 0, 3, 0, false, 0, 0, 0), policy.weights());
    for (var filter : Filter.values()) {
      var isOn = filter == Filter.NODE_RESOURCES_FIT || filter == Filter.NODE_PORTS;
      assertEquals(isOn, policy.applies(filter), filter::word);
    }
  }

  @Test
  void plugInsOfTheUserAreSwitchedOnByProfile() throws IOException {
    var profiles =
        read("""
        profiles:
        - schedulerName: careful
          plugins: {filter: {enabled: [{name: Odd}]}}
          pluginConfig: [{name: Odd, args: {most: 3}}]
        - schedulerName: default-scheduler
        """)
            .profiles();
    var use = profiles.getFirst().policy().plugins().getFirst();
    assertEquals("Odd", use.name());
    assertTrue(use.filter().isPresent());
    assertTrue(use.score().isEmpty());
    assertTrue(profiles.getLast().policy().plugins().isEmpty());
  }

  @Test
  void extendersAreRead() throws IOException {
    var options =
        read(
            """
            extenders:
            - urlPrefix: http://127.0.0.1:8888/scheduler/
              filterVerb: filter
              prioritizeVerb: prioritize
              preemptVerb: preempt
              weight: 3
              httpTimeout: 1m30s
              nodeCacheCapable: true
              ignorable: true
              managedResources:
              - {name: example.org/fpga, ignoredByScheduler: true}
            """);
    var extender = options.extenders().getFirst();
    assertEquals("http://127.0.0.1:8888/scheduler/", extender.urlPrefix());
    assertEquals(new Extender.Verbs("filter", "prioritize", "", "preempt"), extender.verbs());
    assertEquals(3, extender.weight());
    assertEquals(
        new Extender.Connection(Duration.ofSeconds(90), true, Optional.empty()),
        extender.connection());
    assertEquals(List.of("example.org/fpga"), extender.managedResources());
    assertTrue(extender.isIgnorable());
    assertEquals(List.of("example.org/fpga"), options.profiles().getFirst().policy().ignored());
  }

  @Test
  void whatIsSaidToPluginsIsTaken() throws IOException {
    var policy =
        read("""
        profiles:
        - pluginConfig:
          - name: InterPodAffinity
            args: {hardPodAffinityWeight: 7, ignorePreferredTermsOfExistingPods: true}
          - name: PodTopologySpread
            args:
              defaultingType: List
              defaultConstraints:
              - {topologyKey: rack, maxSkew: 2, whenUnsatisfiable: DoNotSchedule}
        """)
            .profiles()
            .getFirst()
            .policy();
    assertEquals(new Policy.OthersAffinity(7, true), policy.others());
    assertEquals(
        new SpreadRule(List.of(new SpreadRule.Domain("rack", 2, 1, true, true, false)), false),
        policy.spread());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parallelism: 16 | Invalid value: \"parallelism\": unknown field",
        "podMaxBackoffSeconds: 0 | must be between 1 and 3600, inclusive",
        "profiles: [{schedulerName: a}, {schedulerName: a}] | profiles[1].schedulerName: ",
        "profiles: [{plugins: {permit: {disabled: [{name: NodePorts}]}}}] | plugins: Invalid value:"
            + " \"permit\": unknown field",
        "profiles: [{plugins: {filter: {disabled: [{name: VolumeBinding}]}}}] | can't be switched"
            + " off",
        "profiles: [{plugins: {filter: {disabled: [{name: '*'}]}}}] | DynamicResources,"
            + " VolumeBinding",
        "profiles: [{plugins: {multiPoint: {disabled: [{name: '*'}], enabled: [{name:"
            + " VolumeBinding}]}}}] | PrioritySort",
        "profiles: [{plugins: {filter: {enabled: [{name: NodePorts, weight: 2}]}}}] | has a weight",
        "profiles: [{plugins: {score: {enabled: [{name: NodePorts}]}}}] | supported values",
        "profiles: [{pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 101}}]}]"
            + " | between 0 and 100",
        "profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultConstraints: [{}]}}]}]"
            + " | must be List",
        "profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultingType: List,"
            + " defaultConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: Never}]}}]}] |"
            + " supported values",
        "profiles: [{pluginConfig: [{name: VolumeBinding}]}] | supported values",
        "extenders: [{filterVerb: filter}] | extenders[0].urlPrefix: Required value",
        "extenders: [{urlPrefix: 'http://a', prioritizeVerb: p}] | extenders[0].weight: Required"
            + " value",
        "extenders: [{urlPrefix: 'http://a', bindVerb: b}, {urlPrefix: 'http://c', bindVerb: b}] |"
            + " only one",
        "extenders: [{urlPrefix: 'http://a', enableHTTPS: true}] | begins with https://",
        "extenders: [{urlPrefix: 'http://a', httpTimeout: soon}] | must be a duration",
        "extenders: [{urlPrefix: 'https://a', tlsConfig: {serverName: b}}] | unknown field",
        "extenders: [{urlPrefix: 'http://a', managedResources: [{name: cpu}]}] | extended resource",
        "profiles: [{plugins: {filter: {enabled: [{name: Even}]}}}] |"
            + " profiles[0].plugins.filter.enabled[0].name: Unsupported value: \"Even\"",
        "profiles: [{plugins: {score: {enabled: [{name: Odd}]}}}] | has nothing to say there",
        "profiles: [{plugins: {filter: {enabled: [{name: Odd}]}}, pluginConfig: [{name: Odd, args:"
            + " {most: many}}]}] | most must be a whole number, and is many",
        "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: "
            + "{type: RequestedToCapacityRatio}}}]}] | supported values",
      })
  void whatNobodyWouldActUponIsRefused(String text, String why) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> read(text));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
  }
}

package dev.nauarch.api.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuotaSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What objects count for. */
class CountingTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'containers':[{'name':'c'}]} | count/pods=1,pods=1
          {'containers':[{'name':'c','resources':{'requests':{'cpu':'1','nvidia.com/gpu':'2'},'limits':{'cpu':'2'}}}]} | count/pods=1,cpu=1,limits.cpu=2,pods=1,requests.cpu=1,requests.nvidia.com/gpu=2
          {'containers':[{'name':'c','resources':{'requests':{'memory':'1Gi','hugepages-2Mi':'4Mi'}}},{'name':'d','resources':{'requests':{'memory':'512Mi','ephemeral-storage':'1G'}}}]} | count/pods=1,ephemeral-storage=1G,hugepages-2Mi=4Mi,memory=1536Mi,pods=1,requests.ephemeral-storage=1G,requests.hugepages-2Mi=4Mi,requests.memory=1536Mi
          {'initContainers':[{'name':'i','resources':{'requests':{'cpu':'3'}}}],'containers':[{'name':'c','resources':{'requests':{'cpu':'1'}}}]} | count/pods=1,cpu=3,pods=1,requests.cpu=3
          {'initContainers':[{'name':'s','restartPolicy':'Always','resources':{'requests':{'cpu':'2'}}},{'name':'i','resources':{'requests':{'cpu':'2'}}}],'containers':[{'name':'c','resources':{'requests':{'cpu':'1'}}}]} | count/pods=1,cpu=4,pods=1,requests.cpu=4
          {'overhead':{'cpu':'100m'},'containers':[{'name':'c','resources':{'requests':{'cpu':'1'},'limits':{'cpu':'1'}}}]} | count/pods=1,cpu=1100m,limits.cpu=1100m,pods=1,requests.cpu=1100m
          {'resources':{'requests':{'cpu':'5'}},'containers':[{'name':'c','resources':{'requests':{'cpu':'1'}}}]} | count/pods=1,cpu=5,pods=1,requests.cpu=5
          """)
  void aPodTakesWhatItAsksFor(String spec, String usage) {
    assertEquals(usage, podUsage("{'metadata':{'name':'p'},'spec':" + spec + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'metadata':{},'spec':{},'status':{'phase':'Succeeded'}} | count/pods=1
          {'metadata':{},'spec':{},'status':{'phase':'Failed'}} | count/pods=1
          {'metadata':{'deletionTimestamp':'2026-11-21T11:59:00Z','deletionGracePeriodSeconds':30},'spec':{}} | count/pods=1
          {'metadata':{'deletionTimestamp':'2026-11-21T11:59:00Z','deletionGracePeriodSeconds':90},'spec':{}} | count/pods=1,pods=1
          """)
  void aPodThatHasEndedIsANumberOnly(String pod, String usage) {
    assertEquals(usage, podUsage(pod));
  }

  @Test
  void aPodThatIsResizedTakesTheMostOfBoth() {
    var pod =
        "{'metadata':{},'spec':{'containers':[{'name':'c','resources':{'requests':{'cpu':'1'}}}]},"
            + "'status':{'containerStatuses':[{'name':'c','allocatedResources':{'cpu':'3'}}]}}";
    assertEquals("count/pods=1,cpu=3,pods=1,requests.cpu=3", podUsage(pod));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          services | {'spec':{'ports':[{'port':1}]}} | count/services=1,services=1,services.loadbalancers=0,services.nodeports=0
          services | {'spec':{'type':'NodePort','ports':[{'port':1},{'port':2}]}} | count/services=1,services=1,services.loadbalancers=0,services.nodeports=2
          services | {'spec':{'type':'LoadBalancer','ports':[{'port':1}]}} | count/services=1,services=1,services.loadbalancers=1,services.nodeports=1
          services | {'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{'port':1},{'port':2,'nodePort':30001}]}} | count/services=1,services=1,services.loadbalancers=1,services.nodeports=1
          persistentvolumeclaims | {'metadata':{},'spec':{'resources':{'requests':{'storage':'1Gi'}}}} | count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1Gi
          persistentvolumeclaims | {'metadata':{},'spec':{'storageClassName':'f','resources':{'requests':{'storage':'1500m'}}}} | count/persistentvolumeclaims=1,f.storageclass.storage.k8s.io/persistentvolumeclaims=1,f.storageclass.storage.k8s.io/requests.storage=2,persistentvolumeclaims=1,requests.storage=2
          persistentvolumeclaims | {'metadata':{},'spec':{'resources':{'requests':{'storage':'1Gi'}}},'status':{'allocatedResources':{'storage':'2Gi'}}} | count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=2Gi
          configmaps | {} | configmaps=1,count/configmaps=1
          serviceaccounts | {} | count/serviceaccounts=1
          """)
  void otherKindsTakeWhatTheyAre(String plural, String object, String usage) {
    assertEquals(usage, usage("", plural, object));
  }

  @Test
  void anyKindIsCountedByNumberAndEventsAreNot() {
    assertEquals("count/jobs.batch=1", usage("batch", "jobs", "{}"));
    assertEquals("count/secrets.x.io=1", usage("x.io", "secrets", "{}"));
    assertTrue(Counting.of("", "events").isEmpty());
    assertTrue(Counting.of("events.k8s.io", "events").isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'activeDeadlineSeconds':5} | Terminating,NotBestEffort
          {} | NotTerminating,NotBestEffort
          {'containers':[{'name':'c'}]} | NotTerminating,BestEffort
          {'containers':[{'name':'c'}],'priorityClassName':'high'} | NotTerminating,BestEffort,PriorityClass
          {'containers':[{'name':'c'}],'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'a','namespaces':['x']}]}}} | NotTerminating,BestEffort,CrossNamespacePodAffinity
          {'containers':[{'name':'c'}],'affinity':{'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1,'podAffinityTerm':{'topologyKey':'a','namespaceSelector':{}}}]}}} | NotTerminating,BestEffort,CrossNamespacePodAffinity
          {'containers':[{'name':'c'}],'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'a'}]}}} | NotTerminating,BestEffort
          """)
  void aPodIsInItsScopes(String spec, String scopes) {
    var full =
        spec.contains("containers")
            ? spec
            : spec.replaceFirst(
                "\\{",
                "{'containers':[{'name':'c','resources':{'limits':{'cpu':'1'}}}]"
                    + (spec.equals("{}") ? "" : ","));
    var pod = read("{'metadata':{},'spec':" + full + "}", Pod.class);
    var found =
        List.of(
                "Terminating",
                "NotTerminating",
                "BestEffort",
                "NotBestEffort",
                "PriorityClass",
                "CrossNamespacePodAffinity",
                "VolumeAttributesClass")
            .stream()
            .filter(name -> new PodCounting().isIn(new Scope(name, "Exists", List.of()), pod))
            .toList();
    assertEquals(scopes, String.join(",", found));
  }

  @ParameterizedTest
  @CsvSource({
    "In, high, true",
    "In, low, false",
    "NotIn, low, true",
    "NotIn, high, false",
    "Exists, , true",
    "DoesNotExist, , false"
  })
  void aSelectorLooksAtTheNameOfAClass(String operator, String value, boolean selects) {
    var spec =
        read(
            "{'scopeSelector':{'matchExpressions':[{'scopeName':'X','operator':'%s','values':[%s]}]}}"
                .formatted(operator, value == null ? "" : "'" + value + "'"),
            ResourceQuotaSpec.class);
    var pod = read("{'metadata':{},'spec':{'priorityClassName':'high'}}", Pod.class);
    var scope = Scope.of(spec).getFirst();
    assertEquals(
        selects,
        new PodCounting().isIn(new Scope("PriorityClass", scope.operator(), scope.values()), pod));
    var claim =
        read(
            "{'metadata':{},'spec':{},'status':{'currentVolumeAttributesClassName':'high'}}",
            io.fabric8.kubernetes.api.model.PersistentVolumeClaim.class);
    assertEquals(
        selects,
        new ClaimCounting()
            .isIn(new Scope("VolumeAttributesClass", scope.operator(), scope.values()), claim));
  }

  @Test
  void containersMustStateWhatIsLimited() {
    var pod =
        read(
            "{'metadata':{},'spec':{'initContainers':[{'name':'i'}],'containers':"
                + "[{'name':'c','resources':{'requests':{'cpu':'1'}}},{'name':'b'}]}}",
            Pod.class);
    assertEquals(
        Optional.of("must specify limits.memory for: b,c,i; requests.cpu for: b,i"),
        new PodCounting().missing(List.of("requests.cpu", "limits.memory", "pods"), pod));
    pod.getSpec()
        .setResources(
            read(
                "{'requests':{'cpu':'1'}}",
                io.fabric8.kubernetes.api.model.ResourceRequirements.class));
    assertEquals(Optional.empty(), new PodCounting().missing(List.of("cpu"), pod));
  }

  @ParameterizedTest
  @CsvSource({
    "pods, true",
    "count/pods, true",
    "requests.nvidia.com/gpu, true",
    "hugepages-2Mi, true",
    "requests.hugepages-1Gi, true",
    "services, false",
    "nvidia.com/gpu, false",
    "requests.storage, false",
    "requests.deviceclass.resource.kubernetes.io/a, true",
    "requests.kubernetes.io/a, false"
  })
  void podsCountSomeNames(String name, boolean counts) {
    assertEquals(counts, new PodCounting().counts(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                                                            |
          {'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'a'}}]}}                      | a=1
          {'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'a','count':3}},{'name':'s','exactly':{'deviceClassName':'a','allocationMode':'All'}}]}} | a=35
          {'devices':{'requests':[{'name':'r','firstAvailable':[{'deviceClassName':'a','count':2},{'deviceClassName':'b'},{'deviceClassName':'a'}]}]}} | a=2,b=1
          """)
  void claimsOfDevicesAreCountedByClass(String spec, String devices) {
    var usage =
        new DeviceCounting()
            .usage(
                read(
                    "{'metadata':{},'spec':" + spec + "}",
                    io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim.class),
                NOW);
    assertEquals(Amount.ONE, usage.get("count/resourceclaims.resource.k8s.io"));
    var suffix = ".deviceclass.resource.k8s.io/devices";
    var found =
        usage.names().stream()
            .filter(name -> name.endsWith(suffix))
            .map(
                name ->
                    name.substring(0, name.length() - suffix.length())
                        + "="
                        + usage.get(name).value())
            .toList();
    assertEquals(devices == null ? "" : devices, String.join(",", found));
    assertEquals(
        DeviceCounting.class,
        Counting.of("resource.k8s.io", "resourceclaims").orElseThrow().getClass());
  }

  private static String podUsage(String pod) {
    return usage("", "pods", pod);
  }

  private static String usage(String group, String plural, String object) {
    return usage(Counting.of(group, plural).orElseThrow(), object);
  }

  private static <T extends HasMetadata> String usage(Counting<T> counting, String object) {
    return counting.usage(read(object, counting.type()), NOW).toString();
  }

  private static <T> T read(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }
}

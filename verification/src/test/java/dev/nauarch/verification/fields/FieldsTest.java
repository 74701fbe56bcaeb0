package dev.nauarch.verification.fields;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every field that a client may set is read by somebody, or is there to inform, or is listed as not
 * acted upon; and what is listed is read by nobody.
 */
class FieldsTest {
  private static final Catalog CATALOG = Catalog.builtIn("1.37");
  private static final String SERVER = "dev.nauarch.apiserver.";

  /** Who reads objects as trees: of a group, of a definition, or a single property. */
  private static final Map<String, List<String>> TREE_READERS = new LinkedHashMap<>();

  static {
    TREE_READERS.put("io.k8s.apiextensions-apiserver.", List.of(SERVER + "crd", SERVER + "schema"));
    TREE_READERS.put("io.k8s.api.rbac.", List.of(SERVER + "authorization"));
    TREE_READERS.put("io.k8s.api.authorization.", List.of(SERVER + "authorization"));
    TREE_READERS.put("io.k8s.api.authentication.", List.of(SERVER + "authentication"));
    TREE_READERS.put(
        "io.k8s.api.admissionregistration.",
        List.of(SERVER + "admission", SERVER + "strategy.admission", SERVER + "webhook"));
    TREE_READERS.put(
        "io.k8s.api.autoscaling.v1.",
        List.of(SERVER + "conversion", SERVER + "strategy.autoscaling"));
    TREE_READERS.put("io.k8s.api.scheduling.", List.of(SERVER + "admission"));
    TREE_READERS.put("io.k8s.api.flowcontrol.", List.of(SERVER + "flowcontrol"));
    // These wait for whoever implements them, as in Kubernetes; the server sees that they are
    // right.
    for (var definition :
        List.of(
            "networking.v1.Ingress",
            "networking.v1.IngressSpec",
            "networking.v1.IngressBackend",
            "networking.v1.IngressServiceBackend",
            "networking.v1.ServiceBackendPort",
            "networking.v1.IngressRule",
            "networking.v1.HTTPIngressRuleValue",
            "networking.v1.HTTPIngressPath",
            "networking.v1.IngressTLS",
            "networking.v1.IngressClass",
            "networking.v1.IngressClassSpec",
            "networking.v1.IngressClassParametersReference",
            "networking.v1.IPAddress",
            "networking.v1.IPAddressSpec",
            "networking.v1.ParentReference",
            "networking.v1.ServiceCIDR",
            "networking.v1.ServiceCIDRSpec",
            "core.v1.TypedLocalObjectReference")) {
      TREE_READERS.put("io.k8s.api." + definition, List.of(SERVER + "strategy.network"));
    }
    TREE_READERS.put("io.k8s.api.node.", List.of(SERVER + "admission"));
    for (var definition : List.of("LimitRange", "LimitRangeSpec", "LimitRangeItem")) {
      TREE_READERS.put("io.k8s.api.core.v1." + definition, List.of(SERVER + "admission"));
    }
    for (var part : List.of("", "Spec", "Status", "Condition")) {
      TREE_READERS.put(
          "io.k8s.api.certificates.v1.CertificateSigningRequest" + part,
          List.of(SERVER + "signing"));
    }
    for (var part : List.of("", "Spec", "Status")) {
      TREE_READERS.put(
          "io.k8s.api.certificates.v1.PodCertificateRequest" + part,
          List.of(SERVER + "signing", SERVER + "strategy.trust"));
    }
    for (var definition :
        List.of(
            "io.k8s.api.storagemigration.", "io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource")) {
      TREE_READERS.put(definition, List.of(SERVER + "migration", SERVER + "strategy.migration"));
    }
    TREE_READERS.put(
        "io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement",
        List.of(SERVER + "authorization"));
    TREE_READERS.put(
        "io.k8s.kube-aggregator.pkg.apis.apiregistration.", List.of(SERVER + "aggregation"));
    TREE_READERS.put("io.k8s.api.core.v1.Binding", List.of(SERVER + "registry.subresource"));
    TREE_READERS.put("io.k8s.api.core.v1.ConfigMap", List.of(SERVER + "strategy"));
    TREE_READERS.put("io.k8s.api.core.v1.Secret", List.of(SERVER + "strategy"));
    TREE_READERS.put(
        "io.k8s.api.policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy",
        List.of(SERVER + "registry.subresource"));
    for (var property :
        List.of(
            "core.v1.ServiceAccount.automountServiceAccountToken",
            "core.v1.ServiceAccount.imagePullSecrets",
            "core.v1.PodSpec.automountServiceAccountToken")) {
      TREE_READERS.put("io.k8s.api." + property, List.of(SERVER + "admission"));
    }
    for (var property :
        List.of(
            "core.v1.PodSpec.serviceAccount",
            "core.v1.ServiceSpec.allocateLoadBalancerNodePorts",
            "core.v1.ServiceSpec.clusterIPs",
            "core.v1.ServiceSpec.sessionAffinityConfig",
            "batch.v1.JobSpec.manualSelector")) {
      TREE_READERS.put("io.k8s.api." + property, List.of(SERVER + "strategy"));
    }
  }

  /**
   * Listed as not acted upon, and read all the same: to say so in a status, to wait for what nobody
   * makes, to compare what was written before, to keep pods from nodes that have no room for them,
   * to hand them to a runtime where there is one that knows of such things.
   */
  private static final Set<String> READ_FOR_LESS =
      Set.of(
          "io.k8s.networking.inference.v1.InferencePoolSpec.endpointPickerRef",
          "io.k8s.networking.gateway.v1.HTTPBackendRef.filters",
          "io.k8s.api.core.v1.PersistentVolumeClaimSpec.volumeAttributesClassName",
          "io.k8s.api.core.v1.PersistentVolumeSpec.awsElasticBlockStore",
          "io.k8s.api.core.v1.PersistentVolumeSpec.azureDisk",
          "io.k8s.api.core.v1.PersistentVolumeSpec.cinder",
          "io.k8s.api.core.v1.PersistentVolumeSpec.csi",
          "io.k8s.api.core.v1.PersistentVolumeSpec.gcePersistentDisk",
          "io.k8s.api.core.v1.PersistentVolumeSpec.portworxVolume",
          "io.k8s.api.core.v1.PersistentVolumeSpec.volumeAttributesClassName",
          "io.k8s.api.core.v1.Volume.awsElasticBlockStore",
          "io.k8s.api.core.v1.Volume.azureDisk",
          "io.k8s.api.core.v1.Volume.cinder",
          "io.k8s.api.core.v1.Volume.gcePersistentDisk",
          "io.k8s.api.core.v1.Volume.iscsi",
          "io.k8s.api.core.v1.Volume.portworxVolume",
          "io.k8s.api.core.v1.Volume.rbd",
          "io.k8s.api.core.v1.PodSecurityContext.seLinuxOptions",
          "io.k8s.api.core.v1.PodSecurityContext.sysctls",
          "io.k8s.api.core.v1.PodSpec.runtimeClassName",
          "io.k8s.api.core.v1.SecurityContext.seLinuxOptions",
          "io.k8s.api.scheduling.v1beta1.PodGroupSpec.resourceClaims",
          "io.k8s.api.core.v1.Endpoints.subsets");

  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static FieldReaders readers;

  @BeforeAll
  static void read() throws IOException {
    readers = FieldReaders.ofProduction();
  }

  /** What a walk over all kinds found. */
  private static final class Findings {
    private final Set<String> seen = new HashSet<>();
    private final Set<String> ignored = new TreeSet<>();
    private final Set<String> listedAndRead = new TreeSet<>();
    private final Set<String> needlesslyExcused = new TreeSet<>(informing());
  }

  @Test
  void noFieldIsIgnoredInSilence() {
    assertEquals(Set.of(), walk(CATALOG.kinds()).ignored);
  }

  @Test
  void noFieldIsListedThatSomebodyReads() {
    assertEquals(Set.of(), walk(CATALOG.kinds()).listedAndRead);
  }

  @Test
  void noFieldIsSaidToInformThatDoesMore() {
    assertEquals(Set.of(), walk(CATALOG.kinds()).needlesslyExcused);
  }

  @Test
  void aFieldThatNobodyReadsIsFound() {
    var spec = "io.k8s.api.core.v1.PodSpec";
    assertTrue(isRead(spec, "nodeSelector"));
    assertTrue(isRead(spec, "automountServiceAccountToken"));
    assertFalse(isRead("io.k8s.api.core.v1.Container", "volumeDevices"));
    assertFalse(isRead(spec, "fieldOfTomorrow"));
  }

  private static Findings walk(Iterable<Kind> kinds) {
    var findings = new Findings();
    for (var kind : kinds) {
      for (var name : kind.schema().propertyNames()) {
        if (!OF_EVERY_OBJECT.contains(name) && !name.equals("status")) {
          property(kind.schema(), name, findings);
        }
      }
    }
    return findings;
  }

  private static void visit(Schema schema, Findings findings) {
    if (schema.definition().isEmpty() || findings.seen.add(schema.definition())) {
      for (var name : schema.propertyNames()) {
        if (!name.equals("metadata")) {
          property(schema, name, findings);
        }
      }
    }
    schema.items().ifPresent(items -> visit(items, findings));
    schema.additionalProperties().ifPresent(values -> visit(values, findings));
  }

  private static void property(Schema holder, String name, Findings findings) {
    var full = holder.definition() + "." + name;
    var schema = holder.property(name).orElseThrow();
    var isRead = isRead(holder.definition(), name);
    var mark = schema.inactive();
    if (mark.isPresent()) {
      var isWhole = mark.get().unless().isEmpty() && mark.get().only().isEmpty();
      if (isRead
          && isWhole
          && mark.get().unlessAbove().isEmpty()
          && !READ_FOR_LESS.contains(full)) {
        findings.listedAndRead.add(full);
      }
    } else if (isRead || leadsToAMark(schema)) {
      visit(schema, findings);
    } else if (!findings.needlesslyExcused.remove(full) && !informing().contains(full)) {
      findings.ignored.add(full);
    }
  }

  private static boolean isRead(String definition, String property) {
    return readers.isReadByModel(definition, property)
        || TREE_READERS.entrySet().stream()
            .filter(entry -> covers(entry.getKey(), definition, property))
            .anyMatch(entry -> readers.hasWord(property, entry.getValue()));
  }

  private static boolean covers(String readers, String definition, String property) {
    return readers.endsWith(".")
        ? definition.startsWith(readers)
        : readers.equals(definition) || readers.equals(definition + "." + property);
  }

  /** Whether a part of a value is listed, whose other parts then must be accounted for. */
  private static boolean leadsToAMark(Schema schema) {
    var form = schema.items().orElse(schema);
    return form.propertyNames().stream()
        .anyMatch(name -> form.property(name).orElseThrow().inactive().isPresent());
  }

  /** The fields that inform people or other programs, and ask nothing of a cluster. */
  private static List<String> informing() {
    var found = new ArrayList<String>();
    try (var in = FieldsTest.class.getResourceAsStream("/fields-that-inform.txt")) {
      if (in == null) {
        throw new IllegalStateException("fields-that-inform.txt is not there");
      }
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          found.add(line.strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}

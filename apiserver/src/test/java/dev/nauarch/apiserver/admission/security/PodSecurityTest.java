package dev.nauarch.apiserver.admission.security;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.security.PodSecurity.Exemptions;
import dev.nauarch.apiserver.admission.security.Standard.Level;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** What the standards find, and what namespaces make of it. */
class PodSecurityTest {

  private static final Kind POD = TestKinds.kind("v1", "Pod", "pods", true);
  private static final Kind NAMESPACE = TestKinds.kind("v1", "Namespace", "namespaces", false);
  private static final String OK =
      "{'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']}}";
  private static final String BAD = "{'spec':{'hostPID':true,'containers':[{'name':'c'}]}}";
  private static final String FOUND = "host namespaces (hostPID=true)";

  private final MemoryView view = new MemoryView();
  private final List<String> warnings = new ArrayList<>();

  static Stream<Arguments> pods() throws IOException {
    var name = "pods.txt";
    try (var file = Objects.requireNonNull(PodSecurityTest.class.getResourceAsStream(name))) {
      var lines =
          new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .toList();
      return Stream.iterate(0, i -> i < lines.size(), i -> i + 2)
          .map(
              i -> {
                var words = lines.get(i).split(" ", 2);
                return Arguments.of(words[0], words[1], lines.get(i + 1));
              });
    }
  }

  @ParameterizedTest
  @MethodSource("pods")
  void aStandardFinds(String standard, String spec, String found) {
    var parts = standard.split(":", 2);
    var pod = tree(spec.replace(":ok", ":" + OK));
    var findings =
        Check.findings(
            new Standard(
                Level.parse(parts[0]).orElseThrow(), Standard.parseVersion(parts[1]).orElseThrow()),
            new PodForm(pod.path("annotations"), pod));
    var told = findings.stream().map(Check.Finding::toString).collect(Collectors.joining(", "));
    assertEquals(found, told.isEmpty() ? "." : told);
  }

  private void namespace(String labels) {
    view.put("", "namespaces", tree("{'metadata':{'name':'a','labels':" + labels + "}}"));
  }

  private static String label(String mode, String value) {
    return "'pod-security.kubernetes.io/" + mode + "':'" + value + "'";
  }

  @Test
  void whatIsEnforcedRefusesPodsAndWarnsOfTheirMakers() {
    namespace("{" + label("enforce", "baseline") + "}");
    assertEquals(
        "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\": " + FOUND,
        refusal(pod(BAD)));
    for (var maker :
        List.of("apps/Deployment", "apps/StatefulSet", "batch/Job", "/ReplicationController")) {
      warnings.clear();
      check(request(kind(maker), "", tree("{'spec':{'template':" + BAD + "}}")));
      assertEquals(
          List.of("would violate PodSecurity \"baseline:latest\": " + FOUND), warnings, maker);
    }
    warnings.clear();
    check(request(kind("/PodTemplate"), "", tree("{'template':" + BAD + "}")));
    var cron = "{'spec':{'jobTemplate':{'spec':{'template':" + BAD + "}}}}";
    check(request(kind("batch/CronJob"), "", tree(cron)));
    assertEquals(2, warnings.size());
  }

  @Test
  void aWarningIsOnlyThat() {
    namespace("{" + label("warn", "restricted") + "," + label("warn-version", "v1.20") + "}");
    check(pod(BAD));
    assertEquals(1, warnings.size());
    assertEquals(
        "would violate PodSecurity \"restricted:v1.20\": host namespaces (hostPID=true),"
            + " allowPrivilegeEscalation != false (container \"c\" must set"
            + " securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or"
            + " container \"c\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or"
            + " container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\""
            + " or \"Localhost\")",
        warnings.getFirst());
  }

  @Test
  void withoutLabelsEverythingIsAllowed() {
    namespace("{}");
    check(pod(BAD));
    assertEquals(List.of(), warnings);
  }

  @Test
  void aPodThatIsThereMayChangeButForItsPrograms() {
    namespace("{" + label("enforce", "baseline") + "}");
    var old = tree(BAD);
    check(update(POD, "", old.deepCopy(), old));
    check(update(POD, "status", tree("{'spec':{'containers':[]}}"), old));
    var image = old.deepCopy();
    ((ObjectNode) image.at("/spec/containers/0")).put("image", "other");
    assertThrows(ApiException.class, () -> check(update(POD, "", image, old)));
    var inside = old.deepCopy();
    inside.withObject("spec").putArray("ephemeralContainers").addObject().put("name", "e");
    assertThrows(ApiException.class, () -> check(update(POD, "ephemeralcontainers", inside, old)));
    check(update(POD, "ephemeralcontainers", inside, inside));
  }

  @ParameterizedTest
  @CsvSource({"namespaces", "users", "runtimeClasses"})
  void whoIsExemptIsNotLookedAt(String what) {
    namespace("{" + label("enforce", "restricted") + "}");
    var name = what.equals("namespaces") ? "a" : what.equals("users") ? "system:anonymous" : "r";
    var none = Set.<String>of();
    var exemptions =
        new Exemptions(
            what.equals("namespaces") ? Set.of(name) : none,
            what.equals("users") ? Set.of(name) : none,
            what.equals("runtimeClasses") ? Set.of(name) : none);
    var pod = pod(BAD.replace("'hostPID'", "'runtimeClassName':'r','hostPID'"));
    new PodSecurity(view, PodSecuritySettings.exempting(exemptions)).validate(pod);
    assertThrows(
        ApiException.class, () -> new PodSecurity(view, PodSecuritySettings.USUAL).validate(pod));
  }

  @Test
  void labelsThatCannotBeReadAreRefusedWhenTheyAreNew() {
    var bad =
        tree(
            "{'metadata':{'labels':{%s,%s}}}"
                .formatted(label("enforce", "strict"), label("audit-version", "1.2")));
    var why =
        "Namespace \"x\" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid"
            + " value: \"strict\": must be one of privileged, baseline, restricted,"
            + " metadata.labels[pod-security.kubernetes.io/audit-version]: Invalid value: \"1.2\":"
            + " must be \"latest\" or \"v1.x\"]";
    assertEquals(why, refusal(request(NAMESPACE, "", bad)));
    assertEquals(why, refusal(update(NAMESPACE, "", bad, tree("{}"))));
    check(update(NAMESPACE, "", bad, bad));
    // Until they are put right, the strictest holds.
    namespace("{" + label("enforce", "strict") + "}");
    assertThrows(ApiException.class, () -> check(pod(BAD)));
  }

  @Test
  void tighterLabelsTellOfThePodsThatAreThere() {
    for (var name : List.of("p1", "p2", "p3")) {
      view.put("", "pods", tree(BAD.replaceFirst("\\{", metadata(name))));
    }
    var other = "{'spec':{'hostPID':true,'containers':[{'name':'c','ports':[{'hostPort':1}]}]}}";
    view.put("", "pods", tree(other.replaceFirst("\\{", metadata("q"))));
    var tight = tree("{'metadata':{'labels':{" + label("enforce", "baseline") + "}}}");
    check(updateOfNamespace(tight, tree("{}")));
    assertEquals(
        List.of(
            "existing pods in namespace \"a\" violate the new PodSecurity enforce level"
                + " \"baseline:latest\"",
            "p1 (and 2 other pods): host namespaces",
            "q: host namespaces, hostPort"),
        warnings);
    warnings.clear();
    check(updateOfNamespace(tree("{}"), tight));
    assertEquals(List.of(), warnings);
  }

  @Test
  void labelsOfAnExemptNamespaceAreWarnedOf() {
    var tight = tree("{'metadata':{'labels':{" + label("enforce", "baseline") + "}}}");
    new PodSecurity(
            view, PodSecuritySettings.exempting(new Exemptions(Set.of("a"), Set.of(), Set.of())))
        .validate(updateOfNamespace(tight, tree("{}")));
    assertEquals(
        List.of(
            "namespace \"a\" is exempt from Pod Security, and the policy"
                + " (enforce=baseline:latest) will be ignored"),
        warnings);
  }

  private static String metadata(String name) {
    return "{'metadata':{'name':'" + name + "','namespace':'a'},";
  }

  private static Kind kind(String maker) {
    int slash = maker.indexOf('/');
    var group = maker.substring(0, slash);
    return TestKinds.kind(
        group.isEmpty() ? "v1" : group + "/v1", maker.substring(slash + 1), "x", true);
  }

  private void check(AdmissionRequest request) {
    new PodSecurity(view, PodSecuritySettings.USUAL).validate(request);
  }

  private String refusal(AdmissionRequest request) {
    return String.valueOf(assertThrows(ApiException.class, () -> check(request)).getMessage());
  }

  private AdmissionRequest pod(String json) {
    return request(POD, "", tree(json));
  }

  private AdmissionRequest request(Kind kind, String subresource, ObjectNode object) {
    return request(kind, subresource, object, Optional.empty(), "x");
  }

  private AdmissionRequest update(Kind kind, String subresource, ObjectNode now, ObjectNode old) {
    return request(kind, subresource, now, Optional.of(old), "x");
  }

  private AdmissionRequest updateOfNamespace(ObjectNode now, ObjectNode old) {
    return request(NAMESPACE, "", now, Optional.of(old), "a");
  }

  private AdmissionRequest request(
      Kind kind, String subresource, ObjectNode object, Optional<ObjectNode> old, String name) {
    return new AdmissionRequest(
        old.isPresent() ? Operation.UPDATE : Operation.CREATE,
        kind,
        subresource,
        new AdmissionRequest.Target(kind.namespaced() ? "a" : "", name),
        Optional.of(object),
        old,
        new AdmissionRequest.Context(User.ANONYMOUS, tree("{}"), false, warnings::add));
  }
}

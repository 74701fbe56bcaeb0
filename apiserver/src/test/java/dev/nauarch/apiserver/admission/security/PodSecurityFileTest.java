package dev.nauarch.apiserver.admission.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.admission.AdmissionFile;
import dev.nauarch.apiserver.admission.AdmissionPlugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that says what Pod Security does without labels, shown to an API server. */
class PodSecurityFileTest {

  private static final String HEAD =
      "{apiVersion: apiserver.config.k8s.io/v1, kind: AdmissionConfiguration, plugins: [%s]}";
  private static final String SETTINGS =
      """
      {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration,
       defaults: {enforce: baseline, enforce-version: latest, warn: restricted},
       exemptions: {usernames: [jane], namespaces: [free], runtimeClasses: [sealed]}}
      """;

  @TempDir private Path directory;

  @Test
  void namespacesWithoutLabelsAndExemptionsFollowTheFile() throws Exception {
    Files.writeString(directory.resolve("security.yaml"), SETTINGS);
    var file =
        Files.writeString(
            directory.resolve("admission.yaml"),
            HEAD.formatted("{name: PodSecurity, path: security.yaml}"));
    var plugins = AdmissionPlugins.DEFAULT.with(AdmissionFile.read(file));
    try (var cluster =
        SecureCluster.start(directory, InstantSource.system(), options -> with(options, plugins))) {
      prepare(cluster);
      var admin = cluster.admin();
      var hosted = pod("'hostPID':true,");
      var refused = admin.send("POST", pods("plain"), hosted);
      assertEquals(403, refused.code(), refused.text());
      assertEquals(
          "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": host namespaces"
              + " (hostPID=true)",
          refused.message());
      assertEquals(201, admin.send("POST", pods("plain"), pod("")).code());
      assertEquals(201, admin.send("POST", pods("free"), hosted).code());
      assertEquals(201, admin.send("POST", pods("open"), hosted).code(), "its labels say so");
      var jane = cluster.user("jane", "system:masters");
      assertEquals(201, jane.send("POST", pods("other"), hosted).code());
      assertEquals(
          201,
          admin
              .send("POST", pods("sealed"), pod("'hostPID':true,'runtimeClassName':'sealed',"))
              .code());
    }
  }

  private static void prepare(SecureCluster cluster) throws Exception {
    for (var name : new String[] {"plain", "free", "open", "other", "sealed"}) {
      var labels =
          name.equals("open") ? "{'pod-security.kubernetes.io/enforce':'privileged'}" : "{}";
      cluster
          .admin()
          .create(
              "/api/v1/namespaces",
              "{'metadata':{'name':'%s','labels':%s}}".formatted(name, labels));
      cluster
          .admin()
          .create(
              "/api/v1/namespaces/%s/serviceaccounts".formatted(name),
              "{'metadata':{'name':'default'}}");
    }
    cluster
        .admin()
        .create(
            "/apis/node.k8s.io/v1/runtimeclasses",
            "{'metadata':{'name':'sealed'},'handler':'sealed'}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: PodSecurity, configuration: {apiVersion: v1, kind: PodSecurityConfiguration}} | plugins[0].configuration.apiVersion: Unsupported value: "v1": supported values: "pod-security.admission.config.k8s.io/v1"
          {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, defaults: {enforce: odd}}} | plugins[0].configuration.defaults.enforce: Invalid value: "odd": must be one of privileged, baseline, restricted
          {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, defaults: {warn-version: v2}}} | plugins[0].configuration.defaults.warn-version: Invalid value: "v2": must be "latest" or "v1.x"
          {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, exemptions: {namespaces: [A_b]}}} | plugins[0].configuration.exemptions.namespaces[0]: Invalid value: "A_b": a lowercase RFC 1123 label must consist of
          {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, exemptions: {usernames: [a, ""]}}} | plugins[0].configuration.exemptions.usernames[1]: Invalid value: "": username must not be empty
          {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, exemptions: {runtimeClasses: [a, a]}}} | plugins[0].configuration.exemptions.runtimeClasses[1]: Duplicate value: "a"
          {name: PodSecurity, configuration: {apiVersion: pod-security.admission.config.k8s.io/v1, kind: PodSecurityConfiguration, odd: 1}} | plugins[0].configuration: Invalid value: "odd": unknown field
          {name: PodSecurity} | plugins[0].path: Required value
          {name: EventRateLimit, path: x} | plugins[0].name: Unsupported value: "EventRateLimit": supported values: "PodSecurity"
          {name: PodSecurity, path: x}, {name: PodSecurity, path: y} | plugins[1].name: Duplicate value: "PodSecurity"
          """)
  void filesThatAreWrongAreRefused(String plugin, String why) throws Exception {
    var file = Files.writeString(directory.resolve("admission.yaml"), HEAD.formatted(plugin));
    var refusal = assertThrows(IllegalArgumentException.class, () -> AdmissionFile.read(file));
    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith(file + ": " + why), refusal.getMessage());
  }

  private static String pods(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/pods";
  }

  private static String pod(String spec) {
    return "{'metadata':{'name':'p'},'spec':{" + spec + "'containers':[{'name':'c','image':'i'}]}}";
  }

  private static ClusterOptions with(ClusterOptions options, AdmissionPlugins plugins) {
    return new ClusterOptions(
        options.server().with(plugins),
        options.trust(),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }
}

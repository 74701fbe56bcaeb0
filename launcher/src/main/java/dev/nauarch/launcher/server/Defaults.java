package dev.nauarch.launcher.server;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.gateway.ModelGateway;
import dev.nauarch.launcher.home.ClusterHome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * What a cluster of ours has beyond any Kubernetes: a gateway for models. It is applied at every
 * start; what users have added to it stays.
 */
public final class Defaults {
  /** The ConfigMap that tells nodes the cluster's ranges of addresses. */
  public static final ObjectKey NETWORK = new ObjectKey("kube-system", "nauarch-network");

  private static final String MANAGER = "nauarch";

  private final ClusterClient client;

  Defaults(ClusterClient client) {
    this.client = client;
  }

  /** The class of our gateway, and the gateway {@code models} at this port of loopback. */
  void applyModelGateway(int port) {
    apply(
        Resources.GATEWAY_CLASSES,
        new ObjectKey("", ModelGateway.CLASS),
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"GatewayClass",
         "metadata":{"name":"%s"},"spec":{"controllerName":"nauarch.dev/gateway"}}
        """
            .formatted(ModelGateway.CLASS));
    apply(
        Resources.GATEWAYS,
        new ObjectKey("default", "models"),
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway",
         "metadata":{"name":"models","namespace":"default"},
         "spec":{"gatewayClassName":"%s","listeners":[{"name":"http","port":%d,"protocol":"HTTP",
           "allowedRoutes":{"namespaces":{"from":"All"}}}]}}
        """
            .formatted(ModelGateway.CLASS, port));
  }

  /** What machines that join have to know: before they are known, and after. */
  void applyJoining(
      String server, String authorityPem, ClusterHome.State state, String emulatedVersion) {
    var kubeconfig = ModelCodec.emptyTree().put("apiVersion", "v1").put("kind", "Config");
    var authority =
        Base64.getEncoder().encodeToString(authorityPem.getBytes(StandardCharsets.US_ASCII));
    kubeconfig
        .putArray("clusters")
        .addObject()
        .put("name", "")
        .putObject("cluster")
        .put("certificate-authority-data", authority)
        .put("server", server);
    kubeconfig.put("current-context", "").putArray("contexts");
    kubeconfig.putArray("users");
    applyMap("kube-public", "cluster-info", Map.of("kubeconfig", kubeconfig.toString()));
    applyMap(
        NETWORK.namespace(),
        NETWORK.name(),
        Map.of(
            "podCidr", state.podCidr(),
            "serviceCidr", state.serviceCidr(),
            "version", "v" + emulatedVersion + ".0"));
    // The proxy, the routes and the name server of a machine act as its node. Elsewhere a proxy
    // runs
    // as a pod on each node, whose token that node can have: no node gets what it could not get.
    apply(
        Resources.CLUSTER_ROLE_BINDINGS,
        new ObjectKey("", "nauarch:node-network"),
        """
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding",
         "metadata":{"name":"nauarch:node-network"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
          "name":"system:node-proxier"},
         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:nodes"}]}
        """);
  }

  private void applyMap(String namespace, String name, Map<String, String> content) {
    var map = ModelCodec.emptyTree().put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("namespace", namespace).put("name", name);
    var data = map.putObject("data");
    content.forEach(data::put);
    apply(Resources.CONFIG_MAPS, new ObjectKey(namespace, name), map.toString());
  }

  private <T extends HasMetadata> void apply(Resource<T> resource, ObjectKey key, String json) {
    try {
      client.patchOnly(resource, key, Patch.apply(MANAGER, json));
    } catch (ApiException e) {
      throw new IllegalStateException(
          "the default " + resource.kind() + " " + key + " was refused: " + e.getMessage(), e);
    }
  }
}

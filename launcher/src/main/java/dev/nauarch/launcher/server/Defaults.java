package dev.nauarch.launcher.server;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.gateway.ModelGateway;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * What a cluster of ours has beyond any Kubernetes: a gateway for models. It is applied at every
 * start; what users have added to it stays.
 */
final class Defaults {
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

  private <T extends HasMetadata> void apply(Resource<T> resource, ObjectKey key, String json) {
    try {
      client.patchOnly(resource, key, Patch.apply(MANAGER, json));
    } catch (ApiException e) {
      throw new IllegalStateException(
          "the default " + resource.kind() + " " + key + " was refused: " + e.getMessage(), e);
    }
  }
}

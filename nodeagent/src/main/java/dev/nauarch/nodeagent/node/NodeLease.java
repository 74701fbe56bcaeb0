package dev.nauarch.nodeagent.node;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The lease by which a node shows that it lives: small, and so cheap to write often. */
public final class NodeLease {
  /** Where the leases of all nodes are. */
  public static final String NAMESPACE = "kube-node-lease";

  private static final int SECONDS = 40;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ClusterClient client;
  private final String node;
  private boolean known;

  /** The lease of one node. */
  public NodeLease(ClusterClient client, String node) {
    this.client = client;
    this.node = node;
  }

  /** Whose lease it is. */
  public String node() {
    return node;
  }

  /**
   * Writes that the node lives.
   *
   * @throws ApiException where that fails
   */
  public void renew(Instant now) {
    if (!known) {
      known = true;
      if (create(now)) {
        return;
      }
    }
    try {
      var patch =
          "{\"spec\":{\"holderIdentity\":\"%s\",\"renewTime\":\"%s\"}}"
              .formatted(node, MICROS.format(now));
      client.patchOnly(Resources.LEASES, new ObjectKey(NAMESPACE, node), Patch.merge(patch));
    } catch (ApiException e) {
      known = false;
      throw e;
    }
  }

  /** Makes the lease; false where it is there. */
  private boolean create(Instant now) {
    try {
      client.createOnly(
          Resources.LEASES,
          new LeaseBuilder()
              .withNewMetadata()
              .withNamespace(NAMESPACE)
              .withName(node)
              .endMetadata()
              .withNewSpec()
              .withHolderIdentity(node)
              .withLeaseDurationSeconds(SECONDS)
              .withRenewTime(ZonedDateTime.ofInstant(now, ZoneOffset.UTC))
              .endSpec()
              .build());
      return true;
    } catch (ApiException e) {
      known = e.reason() == ApiException.Reason.ALREADY_EXISTS;
      if (known) {
        return false;
      }
      throw e;
    }
  }
}

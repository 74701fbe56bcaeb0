package dev.nauarch.nodeagent;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Asks the API server for tokens of service accounts, each bound to one pod. */
public final class RequestedTokens implements ServiceAccountTokens {
  private final ClusterClient client;

  /**
   * @param client the cluster, as the node's own user
   */
  public RequestedTokens(ClusterClient client) {
    this.client = client;
  }

  @Override
  public Token issue(
      PodIdentity pod, String serviceAccount, List<String> audiences, Duration lifetime) {
    var request = ModelCodec.emptyTree();
    request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    var spec = request.putObject("spec").put("expirationSeconds", lifetime.toSeconds());
    audiences.forEach(spec.putArray("audiences")::add);
    spec.putObject("boundObjectRef")
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("name", pod.name())
        .put("uid", pod.uid());
    var key = new ObjectKey(pod.namespace(), serviceAccount);
    var answer = client.post(Resources.SERVICE_ACCOUNTS, key, "token", request);
    var status = ModelCodec.tree(answer).path("status");
    return new Token(
        status.path("token").asString(),
        Instant.parse(status.path("expirationTimestamp").asString()));
  }
}

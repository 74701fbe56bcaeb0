package dev.nauarch.apiserver.strategy;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.authentication.SelfReview;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authentication.TokenRequest;
import dev.nauarch.apiserver.authentication.TokenReview;
import dev.nauarch.apiserver.authorization.AccessReview;
import dev.nauarch.apiserver.authorization.RbacAuthorizer;
import dev.nauarch.apiserver.authorization.RulesReview;
import dev.nauarch.apiserver.crd.DefinitionStrategy;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.Strategies;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.apiserver.strategy.network.ServiceStrategy;
import dev.nauarch.apiserver.strategy.pod.PodStrategy;
import dev.nauarch.apiserver.strategy.workload.DeploymentStrategy;
import dev.nauarch.apiserver.strategy.workload.JobStrategy;
import dev.nauarch.apiserver.strategy.workload.ReplicaSetStrategy;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The strategies of the built-in kinds, by group and kind. */
public final class BuiltInStrategies implements Strategies {

  private final Map<String, Map<String, Strategy>> strategiesByGroup = new HashMap<>();
  private final Map<String, ResourceAction> actions = new HashMap<>();

  /**
   * What the strategies need.
   *
   * @param view the stored objects
   * @param authorizer answers access reviews
   * @param tokens makes and reviews tokens
   * @param allocator gives services their addresses
   * @param clock the time
   */
  public record Needs(
      ObjectView view,
      RbacAuthorizer authorizer,
      ServiceAccountTokens tokens,
      ServiceAllocator allocator,
      InstantSource clock) {}

  /** Strategies with these needs. */
  public BuiltInStrategies(Needs needs) {
    put("", "Pod", new PodStrategy());
    put("", "Service", new ServiceStrategy(needs.allocator));
    put("apps", "Deployment", new DeploymentStrategy());
    put("apps", "ReplicaSet", new ReplicaSetStrategy());
    put("batch", "Job", new JobStrategy());
    put("apiextensions.k8s.io", "CustomResourceDefinition", new DefinitionStrategy());
    SmallKinds.strategies().forEach(small -> put(small.group(), small.kind(), small.strategy()));
    actions.put("ServiceAccount/token", new TokenRequest(needs.tokens, needs.view, needs.clock));
    actions.put("TokenReview/", new TokenReview(needs.tokens));
    actions.put("SelfSubjectReview/", new SelfReview());
    var access = new AccessReview(needs.authorizer);
    actions.put("SubjectAccessReview/", access);
    actions.put("LocalSubjectAccessReview/", access);
    actions.put("SelfSubjectAccessReview/", access);
    actions.put("SelfSubjectRulesReview/", new RulesReview(needs.authorizer));
  }

  @Override
  public Strategy of(Kind kind) {
    return strategiesByGroup
        .getOrDefault(kind.group(), Map.of())
        .getOrDefault(kind.kind(), Strategy.PLAIN);
  }

  @Override
  public Optional<ResourceAction> action(Kind kind, String subresource) {
    boolean isOurs =
        kind.group().isEmpty()
            || kind.group().equals("authentication.k8s.io")
            || kind.group().equals("authorization.k8s.io");
    return isOurs
        ? Optional.ofNullable(actions.get(kind.kind() + "/" + subresource))
        : Optional.empty();
  }

  private void put(String group, String kind, Strategy strategy) {
    strategiesByGroup.computeIfAbsent(group, _ -> new HashMap<>()).put(kind, strategy);
  }
}

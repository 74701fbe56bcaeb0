package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.admission.AdmissionChain;
import dev.nauarch.apiserver.admission.dynamic.DynamicAdmission;
import dev.nauarch.apiserver.authentication.ClusterAuthenticator;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authorization.EscalationCheck;
import dev.nauarch.apiserver.authorization.RbacAuthorizer;
import dev.nauarch.apiserver.bootstrap.BootstrapObjects;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.strategy.BuiltInStrategies;
import dev.nauarch.apiserver.strategy.network.Allocations;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.apiserver.webhook.WebhookClient;
import dev.nauarch.store.Store;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * The guards of a cluster as Kubernetes has them: client certificates and service account tokens,
 * roles, the standard admission, and the strategies of the built-in kinds. Making them also writes
 * the roles that every cluster has, and puts right what a crash has left of addresses and ports.
 *
 * @param store where the server's objects lie
 * @param serviceAccountKeys sign and check tokens
 * @param services from where services are given their addresses and ports
 * @param catalog the kinds of this moment
 * @param clock the time
 */
public record StandardGuards(
    Store store,
    KeyPair serviceAccountKeys,
    ServiceAllocator.Options services,
    Supplier<Catalog> catalog,
    InstantSource clock)
    implements Guards.Maker {

  @Override
  public Guards make(ObjectView view) {
    BootstrapObjects.write(store, clock.instant());
    var random = new SecureRandom();
    var authorizer = new RbacAuthorizer(view);
    var tokens = new ServiceAccountTokens(serviceAccountKeys, view, clock);
    var allocator = new ServiceAllocator(new Allocations(store, clock), services, random);
    allocator.repair(view.list("", "services", ""));
    var world = CatalogVersions.world(view, authorizer, catalog);
    var dynamic = new DynamicAdmission(world, new WebhookClient(view));
    return new Guards(
        new ClusterAuthenticator(tokens, clock),
        authorizer,
        AdmissionChain.standard(
            new AdmissionChain.Needs(view, store, random, clock),
            List.of(new EscalationCheck(authorizer), dynamic)),
        new BuiltInStrategies(
            new BuiltInStrategies.Needs(view, authorizer, tokens, allocator, clock)));
  }
}

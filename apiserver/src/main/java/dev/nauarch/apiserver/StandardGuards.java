package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.admission.AdmissionChain;
import dev.nauarch.apiserver.admission.AdmissionPlugins;
import dev.nauarch.apiserver.admission.OwnerPermissions;
import dev.nauarch.apiserver.admission.dynamic.DynamicAdmission;
import dev.nauarch.apiserver.admission.dynamic.TypeCheckingChore;
import dev.nauarch.apiserver.authentication.BootstrapTokens;
import dev.nauarch.apiserver.authentication.ClusterAuthenticator;
import dev.nauarch.apiserver.authentication.ClusterInfoChore;
import dev.nauarch.apiserver.authentication.ExpiredTokensChore;
import dev.nauarch.apiserver.authentication.IssuerDocuments;
import dev.nauarch.apiserver.authentication.SecretTokenChore;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authentication.TokenAuthenticator;
import dev.nauarch.apiserver.authentication.TokenWebhook;
import dev.nauarch.apiserver.authentication.Tokens;
import dev.nauarch.apiserver.authorization.ClusterAuthorizer;
import dev.nauarch.apiserver.authorization.EscalationCheck;
import dev.nauarch.apiserver.authorization.RoleAggregationChore;
import dev.nauarch.apiserver.bootstrap.BootstrapObjects;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.crd.CustomForms;
import dev.nauarch.apiserver.flowcontrol.FlowChore;
import dev.nauarch.apiserver.oidc.IssuerTokens;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.signing.PodCertificateAdmission;
import dev.nauarch.apiserver.signing.PodCertificateCleaner;
import dev.nauarch.apiserver.signing.RequestChore;
import dev.nauarch.apiserver.signing.SignerAdmission;
import dev.nauarch.apiserver.strategy.BuiltInStrategies;
import dev.nauarch.apiserver.strategy.network.Allocations;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.apiserver.strategy.network.ServiceRangeChore;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.webhook.WebhookClient;
import dev.nauarch.store.Store;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * The guards of a cluster as Kubernetes has them: client certificates and service account tokens,
 * roles, the standard admission, and the strategies of the built-in kinds. Making them also writes
 * the roles that every cluster has, and puts right what a crash has left of addresses and ports.
 *
 * @param store where the server's objects lie
 * @param trust what the server vouches with
 * @param services from where services are given their addresses and ports
 * @param catalog the kinds of this moment
 * @param forms how custom resources are converted
 * @param plugins which parts of admission are switched on
 * @param clock the time
 */
public record StandardGuards(
    Store store,
    Trust trust,
    ServiceAllocator.Options services,
    Supplier<Catalog> catalog,
    CustomForms forms,
    AdmissionPlugins plugins,
    InstantSource clock)
    implements Guards.Maker {

  @Override
  public Guards make(ObjectView view, WebhookClient webhooks) {
    BootstrapObjects.write(store, clock.instant());
    var random = new SecureRandom();
    var authorizer = new ClusterAuthorizer(view);
    var tokens = new ServiceAccountTokens(trust.accountKeys(), view, clock);
    var sorts = new ArrayList<TokenAuthenticator>();
    sorts.add(tokens);
    sorts.add(new BootstrapTokens(view, clock));
    trust.logins().issuers().forEach(issuer -> sorts.add(new IssuerTokens(issuer, clock)));
    trust.tokenWebhook().ifPresent(webhook -> sorts.add(new TokenWebhook(webhook)));
    var allTokens = new Tokens(sorts);
    var allocator = new ServiceAllocator(new Allocations(store, clock), services, view, random);
    allocator.repair(view.list("", "services", ""));
    var world = CatalogVersions.world(view, authorizer, catalog, forms);
    var dynamic = new DynamicAdmission(world, webhooks, plugins);
    return new Guards(
        new ClusterAuthenticator(trust.authority().certificate(), allTokens, clock),
        trust.logins().strangers(),
        authorizer,
        AdmissionChain.standard(
            new AdmissionChain.Needs(
                view,
                store,
                () -> ThreadLocalRandom.current().nextLong(),
                clock,
                new OwnerPermissions(authorizer, world.versions()::find)),
            plugins,
            List.of(
                new EscalationCheck(authorizer.roles()),
                new SignerAdmission(authorizer),
                new PodCertificateAdmission(view, authorizer),
                dynamic)),
        new BuiltInStrategies(
            new BuiltInStrategies.Needs(view, authorizer, tokens, allTokens, allocator, clock)),
        chores(tokens, authorizer, view),
        documents(new IssuerDocuments(tokens)));
  }

  private List<Chore> chores(
      ServiceAccountTokens tokens, ClusterAuthorizer authorizer, ObjectView view) {
    var authority = Pem.certificate(trust.authority().certificate());
    var chores = new ArrayList<Chore>();
    chores.add(new RequestChore(trust.authority(), authorizer, view));
    chores.add(new PodCertificateCleaner());
    chores.add(new RoleAggregationChore(view));
    chores.add(new ExpiredTokensChore());
    chores.add(new ServiceRangeChore(view, services.addresses()));
    chores.addAll(FlowChore.of(view));
    chores.add(new TypeCheckingChore(catalog));
    chores.addAll(ClusterInfoChore.of(view));
    chores.addAll(SecretTokenChore.of(tokens, view, authority));
    return chores;
  }

  private static Documents documents(IssuerDocuments issuer) {
    return request ->
        issuer
            .find(request.path())
            .map(found -> new Response.Full(200, found.contentType(), found.content(), List.of()));
  }
}

package dev.nauarch.launcher.plan;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.remote.RemoteClient;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaimStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupResourceClaimStatus;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The claims of devices that a manifest brings: those in it, and those that are made of templates
 * for its pods and groups. Templates may stand in it or in the cluster.
 */
final class PlannedClaims {

  private static final String PLANNED = "planned:";

  private final RemoteClient client;
  private final Map<ObjectKey, ResourceClaimTemplate> templates = new TreeMap<>();
  private final Map<ObjectKey, ResourceClaim> claimByTemplate = new TreeMap<>();
  private final Map<ObjectKey, PodGroup> groups = new TreeMap<>();
  private final List<ResourceClaim> claims = new ArrayList<>();

  PlannedClaims(RemoteClient client) {
    this.client = client;
  }

  /** All claims that there would be, with the names that pods have for them. */
  List<ResourceClaim> all() {
    return claims;
  }

  /** A template that stands in the manifest. */
  void add(ResourceClaimTemplate template) {
    templates.put(ObjectKey.of(template), template);
  }

  /** A claim that stands in the manifest; one that is in the cluster already counts as it is. */
  void add(ResourceClaim claim) {
    try {
      var made = client.tryCreate(Resources.RESOURCE_CLAIMS, claim);
      made.getMetadata().setUid(PLANNED + "claim:" + ObjectKey.of(made).name());
      claims.add(made);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.ALREADY_EXISTS) {
        throw e;
      }
    }
  }

  /** A group with the claims that its pods share. */
  PodGroup with(PodGroup group) {
    groups.put(ObjectKey.of(group), group);
    if (group.getSpec() == null) {
      return group;
    }
    var made = new ArrayList<PodGroupResourceClaimStatus>();
    for (var entry : group.getSpec().getResourceClaims()) {
      if (entry.getResourceClaimTemplateName() != null) {
        var name = make(group, "PodGroup", entry.getName(), entry.getResourceClaimTemplateName());
        made.add(new PodGroupResourceClaimStatus(entry.getName(), name));
      }
    }
    var status = group.getStatus() == null ? new PodGroupStatus() : group.getStatus();
    status.setResourceClaimStatuses(made);
    group.setStatus(status);
    return group;
  }

  /** Gives a pod that has a name and a uid the claims that would be made for it. */
  void give(Pod pod) {
    var made = new ArrayList<PodResourceClaimStatus>();
    for (var use : DeviceClaims.of(pod)) {
      if (use.isMissing()) {
        var name = shared(pod, use).orElseGet(() -> make(pod, "Pod", use.entry(), use.template()));
        made.add(new PodResourceClaimStatus(use.entry(), name));
      }
    }
    if (!made.isEmpty()) {
      pod.setStatus(new PodStatusBuilder().withResourceClaimStatuses(made).build());
    }
  }

  private Optional<String> shared(Pod pod, DeviceClaims.Use use) {
    var membership = pod.getSpec().getSchedulingGroup();
    var group =
        membership == null
            ? null
            : groups.get(
                new ObjectKey(pod.getMetadata().getNamespace(), membership.getPodGroupName()));
    return group == null || !DeviceClaims.isShared(use, group)
        ? Optional.empty()
        : group.getSpec().getResourceClaims().stream()
            .filter(entry -> use.entry().equals(entry.getName()))
            .map(entry -> DeviceClaims.claimOf(group, entry))
            .findFirst();
  }

  /** Makes a claim of a template for its owner, under a name that no other has. */
  private String make(HasMetadata owner, String kind, String entry, String template) {
    var metadata = owner.getMetadata();
    var like =
        claimByTemplate.computeIfAbsent(
            new ObjectKey(metadata.getNamespace(), template), this::tried);
    var name = PLANNED + metadata.getName() + "-" + entry;
    claims.add(
        new ResourceClaimBuilder(like)
            .editMetadata()
            .withName(name)
            .withUid(name)
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withKind(kind)
                    .withName(metadata.getName())
                    .withUid(metadata.getUid())
                    .withController(true)
                    .build())
            .endMetadata()
            .build());
    return name;
  }

  /** A claim of a template, with what the API server gives every claim. */
  private ResourceClaim tried(ObjectKey key) {
    var known = templates.get(key);
    var template =
        known == null
            ? client
                .get(Resources.RESOURCE_CLAIM_TEMPLATES, key)
                .orElseThrow(() -> new PlanException("there is no ResourceClaimTemplate " + key))
            : known;
    var metadata = template.getSpec().getMetadata();
    var claim =
        new ResourceClaimBuilder()
            .withMetadata(metadata == null ? new ObjectMeta() : metadata)
            .withSpec(template.getSpec().getSpec())
            .build();
    claim.getMetadata().setNamespace(key.namespace());
    claim.getMetadata().setGenerateName(key.name() + "-");
    return client.tryCreate(Resources.RESOURCE_CLAIMS, claim);
  }
}

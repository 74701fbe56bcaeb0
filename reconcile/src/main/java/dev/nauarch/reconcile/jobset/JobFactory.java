package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.jobset.Coordinator;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.jobset.ReplicatedJob;
import dev.nauarch.reconcile.Owners;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSchedulingGroup;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes the Jobs of one attempt of a JobSet. */
final class JobFactory {

  private final JobSet set;
  private final Gangs gangs;

  JobFactory(JobSet set, Gangs gangs) {
    this.set = set;
    this.gangs = gangs;
  }

  static String name(JobSet set, ReplicatedJob group, int index) {
    return set.getMetadata().getName() + "-" + group.name() + "-" + index;
  }

  /** The Job of this index within its group. */
  Job job(ReplicatedJob group, int index) {
    var template = group.template();
    var own = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
    var keys = keys(group, index);
    var job =
        new JobBuilder()
            .withNewMetadata()
            .withNamespace(set.getMetadata().getNamespace())
            .withName(name(set, group, index))
            .withLabels(over(own.getLabels(), keys))
            .withAnnotations(over(own.getAnnotations(), keys))
            .withOwnerReferences(Owners.controller(set))
            .endMetadata()
            .withSpec(template.getSpec().edit().build())
            .build();
    var spec = job.getSpec();
    if (spec.getCompletionMode() == null) {
      spec.setCompletionMode("Indexed");
    }
    spec.setSuspend(set.spec().wantsSuspension());
    spec.setTemplate(podTemplate(spec.getTemplate(), keys));
    return job;
  }

  /** What an update may bring to the pods of a suspended Job: where they may run, and labels. */
  PodTemplateSpec refreshed(PodTemplateSpec current, ReplicatedJob group) {
    var wanted = group.template().getSpec().getTemplate();
    var metadata = wanted.getMetadata() == null ? new ObjectMeta() : wanted.getMetadata();
    var builder = new PodTemplateSpecBuilder(current);
    builder
        .editOrNewMetadata()
        .addToLabels(orEmpty(metadata.getLabels()))
        .addToAnnotations(orEmpty(metadata.getAnnotations()))
        .endMetadata();
    var result = builder.build();
    var spec = result.getSpec();
    spec.setNodeSelector(over(spec.getNodeSelector(), orEmpty(wanted.getSpec().getNodeSelector())));
    spec.setTolerations(
        Stream.concat(spec.getTolerations().stream(), wanted.getSpec().getTolerations().stream())
            .distinct()
            .toList());
    return result;
  }

  private static Map<String, String> orEmpty(
      @org.jspecify.annotations.Nullable Map<String, String> map) {
    return map == null ? new TreeMap<>() : map;
  }

  private static Map<String, String> over(
      @org.jspecify.annotations.Nullable Map<String, String> below, Map<String, String> above) {
    var result = new TreeMap<>(orEmpty(below));
    result.putAll(above);
    return result;
  }

  private PodTemplateSpec podTemplate(PodTemplateSpec template, Map<String, String> keys) {
    var result =
        new PodTemplateSpecBuilder(template)
            .editOrNewMetadata()
            .addToLabels(keys)
            .addToAnnotations(keys)
            .endMetadata()
            .build();
    var spec = result.getSpec();
    if (spec.getRestartPolicy() == null || spec.getRestartPolicy().isEmpty()) {
      spec.setRestartPolicy("OnFailure");
    }
    if (set.spec().wantsHostnames()) {
      spec.setSubdomain(subdomain());
    }
    if (gangs.isGang(set)) {
      spec.setSchedulingGroup(new PodSchedulingGroup(set.getMetadata().getName()));
    }
    addClaims(result);
    return result;
  }

  private String subdomain() {
    return set.spec().subdomain(set.getMetadata().getName());
  }

  private void addClaims(PodTemplateSpec template) {
    var spec = template.getSpec();
    for (var policy : set.spec().volumeClaimPolicies()) {
      for (var claim : policy.templates()) {
        var name = claim.getMetadata().getName();
        var isMounted =
            Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
                .anyMatch(container -> mounts(container, name));
        if (isMounted) {
          var volumes = new java.util.ArrayList<>(spec.getVolumes());
          volumes.add(
              new VolumeBuilder()
                  .withName(name)
                  .withNewPersistentVolumeClaim()
                  .withClaimName(claimName(set, name))
                  .endPersistentVolumeClaim()
                  .build());
          spec.setVolumes(volumes);
        }
      }
    }
  }

  static String claimName(JobSet set, String template) {
    return template + "-" + set.getMetadata().getName();
  }

  private static boolean mounts(Container container, String volume) {
    return container.getVolumeMounts().stream().anyMatch(mount -> volume.equals(mount.getName()));
  }

  private Map<String, String> keys(ReplicatedJob group, int index) {
    var keys = new TreeMap<String, String>();
    keys.put(JobSetKeys.NAME, set.getMetadata().getName());
    keys.put(JobSetKeys.UID, set.getMetadata().getUid());
    keys.put(JobSetKeys.GROUP, group.name());
    keys.put(JobSetKeys.GROUP_REPLICAS, Integer.toString(group.replicas()));
    keys.put(JobSetKeys.JOB_INDEX, Integer.toString(index));
    keys.put(JobSetKeys.RESTART, Integer.toString(set.status().restarts()));
    keys.put(JobSetKeys.LARGER_GROUP, group.groupName());
    keys.put(
        JobSetKeys.JOB_KEY, sha1(set.getMetadata().getNamespace() + "/" + name(set, group, index)));
    var all = 0;
    var allOfLarger = 0;
    for (var each : set.spec().replicatedJobs()) {
      var isOfLarger = each.groupName().equals(group.groupName());
      if (each.name().equals(group.name())) {
        keys.put(JobSetKeys.JOB_GLOBAL_INDEX, Integer.toString(all + index));
        keys.put(JobSetKeys.JOB_GROUP_INDEX, Integer.toString(allOfLarger + index));
      }
      all += each.replicas();
      allOfLarger += isOfLarger ? each.replicas() : 0;
    }
    keys.put(JobSetKeys.GLOBAL_REPLICAS, Integer.toString(all));
    keys.put(JobSetKeys.LARGER_GROUP_REPLICAS, Integer.toString(allOfLarger));
    set.spec()
        .coordinatorIfAny()
        .ifPresent(coordinator -> keys.put(JobSetKeys.COORDINATOR, address(coordinator)));
    return keys;
  }

  private String address(Coordinator coordinator) {
    return set.getMetadata().getName()
        + "-"
        + coordinator.replicatedJob()
        + "-"
        + coordinator.jobIndex()
        + "-"
        + coordinator.podIndex()
        + "."
        + subdomain();
  }

  private static String sha1(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}

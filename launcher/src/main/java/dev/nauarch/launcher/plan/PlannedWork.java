package dev.nauarch.launcher.plan;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.kueue.Workload;
import dev.nauarch.api.podsets.JobKind;
import dev.nauarch.api.podsets.JobPods;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.scheduling.Rehearsal;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SharedClaims;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.WorkloadState;
import dev.nauarch.scheduling.translate.ApiRequest;
import dev.nauarch.scheduling.translate.GangTranslation;
import dev.nauarch.scheduling.translate.JobEdits;
import dev.nauarch.scheduling.translate.PodTranslation;
import dev.nauarch.scheduling.translate.QueueTranslation;
import dev.nauarch.scheduling.translate.SharedClaimsTranslation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The pods that a manifest asks for, as the API server would have them: one of each kind of pod is
 * sent to it without being created, so that defaults, priorities and admission are the real ones.
 */
public final class PlannedWork {

  /**
   * A job that names a queue.
   *
   * @param workload what would be made of it
   */
  record Queued(JobState job, WorkloadState workload) {}

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PODS_MAX = 100_000;

  private static final String ALONE =
      "a job that names a queue is rehearsed alone: one to a manifest";

  /** The kinds that hold a template and a number of replicas. */
  private static final List<String> REPLICATED =
      List.of("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet");

  private final RemoteClient client;
  private final SchedulerOptions options;
  private final String namespace;
  private final Instant now;
  private final List<GangState> gangs = new ArrayList<>();
  private final List<PodState> pods = new ArrayList<>();
  private final List<SharedClaims> shared = new ArrayList<>();
  private final PlannedClaims claims;
  private Optional<Queued> queued = Optional.empty();
  private int count;

  private PlannedWork(
      RemoteClient client, SchedulerOptions options, String namespace, Instant now) {
    this.client = client;
    this.claims = new PlannedClaims(client);
    this.options = options;
    this.namespace = namespace;
    this.now = now;
  }

  /**
   * Reads a manifest.
   *
   * @param options those of the cluster's scheduler
   * @param text YAML or JSON, of one object or several
   * @param namespace of objects that name none
   * @throws PlanException it is no manifest, or asks for nothing that can be rehearsed
   * @throws dev.nauarch.api.ApiException the API server refuses it
   */
  public static PlannedWork of(
      RemoteClient client, SchedulerOptions options, String text, String namespace, Instant now) {
    var work = new PlannedWork(client, options, namespace, now);
    try {
      var objects = new ArrayList<JsonNode>();
      for (var document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
        if (document != null) {
          flatten(JSON.valueToTree(document), objects);
        }
      }
      // What pods name comes first, wherever it stands.
      objects.sort(Comparator.comparingInt(object -> rank(kind(object))));
      objects.forEach(work::add);
    } catch (YamlEngineException e) {
      throw new PlanException("the manifest is no YAML: " + e.getMessage());
    }
    if (work.count == 0) {
      throw new PlanException(
          "the manifest asks for no pods: expected a Pod, Job, JobSet or "
              + String.join(", ", REPLICATED));
    }
    return work;
  }

  Rehearsal.Coming coming() {
    return new Rehearsal.Coming(gangs, shared, claims.all(), pods);
  }

  Optional<Queued> queued() {
    return queued;
  }

  int podCount() {
    return count;
  }

  private static void flatten(JsonNode object, List<JsonNode> into) {
    if (kind(object).equals("List")) {
      object.path("items").forEach(item -> flatten(item, into));
    } else {
      into.add(object);
    }
  }

  private static String kind(JsonNode object) {
    return object.path("kind").asString("");
  }

  private static int rank(String kind) {
    return switch (kind) {
      case "ResourceClaimTemplate", "ResourceClaim" -> 0;
      case "PodGroup" -> 1;
      default -> 2;
    };
  }

  private <T extends HasMetadata> T read(JsonNode object, Class<T> type) {
    return placed(ModelCodec.decode(ModelCodec.encode(object), type));
  }

  private void add(PodGroup group) {
    if (group.getMetadata().getUid() == null) {
      group.getMetadata().setUid("planned:" + group.getMetadata().getName());
    }
    var complete = claims.with(group);
    gangs.add(GangTranslation.of(complete));
    shared.add(SharedClaimsTranslation.of(complete));
  }

  private void add(JsonNode object) {
    var kind = kind(object);
    if (kind.equals("ResourceClaimTemplate")) {
      claims.add(read(object, ResourceClaimTemplate.class));
    } else if (kind.equals("ResourceClaim")) {
      claims.add(read(object, ResourceClaim.class));
    } else if (kind.equals("PodGroup")) {
      add(read(object, PodGroup.class));
    } else if (kind.equals("Pod")) {
      var pod = read(object, Pod.class);
      add(pod.getMetadata().getName(), 1, pod);
    } else if (REPLICATED.contains(kind)) {
      var template =
          ModelCodec.decode(ModelCodec.encode(object.at("/spec/template")), PodTemplateSpec.class);
      var name = object.at("/metadata/name").asString(kind);
      add(name, object.at("/spec/replicas").asInt(1), pod(name, template, ""));
    } else {
      JobKind.of(kind).ifPresent(known -> addJob(known, object));
    }
  }

  private <T extends HasMetadata> void addJob(JobKind<T> kind, JsonNode object) {
    var sent = placed(ModelCodec.decode(ModelCodec.encode(object), kind.resource().type()));
    var name = sent.getMetadata().getName();
    sent.getMetadata().setGenerateName(name + "-");
    sent.getMetadata().setName(null);
    var job = client.tryCreate(kind.resource(), sent);
    var sets = kind.pods().apply(job);
    var state = QueueTranslation.of(kind, job);
    if (state.isPresent() && !pods.isEmpty()) {
      throw new PlanException(ALONE);
    }
    var gang = job instanceof JobSet ? name : "";
    if (!gang.isEmpty()) {
      addGang(new ObjectKey(job.getMetadata().getNamespace(), gang), sets);
    }
    for (var set : sets) {
      var pod = pod(name, set.template(), gang);
      add(
          name + "-" + set.name(),
          set.count(),
          state.map(queuedAs -> marked(pod, queuedAs, set.name())).orElse(pod));
    }
    state.ifPresent(queuedAs -> queue(kind, job, queuedAs));
  }

  private void addGang(ObjectKey gang, List<JobPods> sets) {
    var size = sets.stream().mapToInt(JobPods::count).sum();
    shared.add(new SharedClaims(gang, "planned", List.of()));
    gangs.add(
        new GangState(
            gang, "planned", now, size, "", GangState.Rank.OF_ITS_PODS, GangState.Course.NEW));
  }

  /** The pods of a job that is queued say so when they come. */
  private static Pod marked(Pod pod, JobState job, String podSet) {
    return pod.edit()
        .editMetadata()
        .addToLabels(Kueue.POD_SET_LABEL, podSet)
        .addToAnnotations(Kueue.WORKLOAD_ANNOTATION, job.ref().workload().name())
        .endMetadata()
        .build();
  }

  /** Behind its pods, the job itself. */
  private <T extends HasMetadata> void queue(JobKind<T> kind, T job, JobState state) {
    var priority = pods.isEmpty() ? 0 : pods.getLast().priority();
    var request = (ApiRequest.Create<?>) JobEdits.create(kind, job, state.ref(), priority);
    var workload = (Workload) request.object();
    workload.getMetadata().setUid("planned");
    workload.getMetadata().setCreationTimestamp(now.toString());
    queued = Optional.of(new Queued(state, QueueTranslation.of(workload, options)));
  }

  /** A pod of a template; the API server gives it what it gives every pod. */
  private Pod pod(String name, PodTemplateSpec template, String gang) {
    var pod =
        placed(
            new PodBuilder()
                .withMetadata(
                    template.getMetadata() == null ? new ObjectMeta() : template.getMetadata())
                .withSpec(template.getSpec())
                .build());
    pod.getMetadata().setName(null);
    pod.getMetadata().setGenerateName(name + "-");
    return gang.isEmpty()
        ? pod
        : pod.edit()
            .editSpec()
            .withNewSchedulingGroup()
            .withPodGroupName(gang)
            .endSchedulingGroup()
            .endSpec()
            .build();
  }

  private void add(String name, int howMany, Pod wanted) {
    if (queued.isPresent()) {
      throw new PlanException(ALONE);
    }
    count += howMany;
    if (count > PODS_MAX) {
      throw new PlanException("the manifest asks for more than " + PODS_MAX + " pods");
    }
    if (howMany == 0) {
      return;
    }
    wanted.getMetadata().setGenerateName(name + "-");
    wanted.getMetadata().setName(null);
    var made = client.tryCreate(Resources.PODS, wanted);
    check(made);
    for (var i = 0; i < howMany; i++) {
      var metadata = made.getMetadata();
      metadata.setName("planned:" + name + "-" + i);
      metadata.setUid("planned:" + name + "-" + i);
      metadata.setCreationTimestamp(now.toString());
      made.setStatus(null);
      claims.give(made);
      pods.add(PodTranslation.of(made, options));
    }
  }

  private void check(Pod pod) {
    var spec = pod.getSpec();
    var scheduler = spec.getSchedulerName();
    if (options.profile(scheduler).isEmpty()) {
      throw new PlanException(
          "the pods name the scheduler " + scheduler + ", of which nothing is known here");
    }
    if (!spec.getSchedulingGates().isEmpty()) {
      throw new PlanException(
          "the pods have scheduling gates: they wait until somebody takes those away");
    }
  }

  private <T extends HasMetadata> T placed(T object) {
    if (object.getMetadata() == null) {
      object.setMetadata(new ObjectMeta());
    }
    var metadata = object.getMetadata();
    if (metadata.getNamespace() == null || metadata.getNamespace().isEmpty()) {
      metadata.setNamespace(namespace);
    }
    return object;
  }
}

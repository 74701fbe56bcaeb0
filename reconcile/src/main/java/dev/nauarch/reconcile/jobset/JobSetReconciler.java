package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a JobSet's Jobs, its Service, its claims and its gang as they are wanted. Where somebody
 * defines the kind, its objects are for the operator that came with the definition.
 */
public final class JobSetReconciler implements Reconciler {

  private static final String SELF = "jobset.sigs.k8s.io/jobset-controller";

  private static final ObjectKey DEFINITION = new ObjectKey("", "jobsets.jobset.x-k8s.io");
  private static final Resource<PartialObjectMetadata> DEFINITIONS =
      Resources.CUSTOM_RESOURCE_DEFINITIONS.metadata().named(DEFINITION.name());

  private final Gangs gangs;

  /**
   * @param servesGangs whether the cluster has PodGroups
   */
  public JobSetReconciler(boolean servesGangs) {
    this.gangs = new Gangs(servesGangs);
  }

  @Override
  public String name() {
    return "jobset-controller";
  }

  @Override
  public List<Trigger> triggers() {
    var triggers = new ArrayList<Trigger>();
    triggers.add(Trigger.self(JobSet.RESOURCE));
    triggers.add(Trigger.child(Resources.JOBS, JobSet.RESOURCE));
    triggers.add(Trigger.child(Resources.SERVICES, JobSet.RESOURCE));
    triggers.add(new Trigger.Of<>(DEFINITIONS, (_, _) -> List.of()));
    if (gangs.served()) {
      triggers.add(Trigger.child(Resources.POD_GROUPS, JobSet.RESOURCE));
    }
    return triggers;
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(JobSet.RESOURCE, key);
    if (found.isEmpty()
        || found.get().getMetadata().getDeletionTimestamp() != null
        || isManagedElsewhere(found.get())
        || world.get(DEFINITIONS, DEFINITION).isPresent()) {
      return Plan.NOTHING;
    }
    return new JobSetPass(found.get(), gangs, world, now).plan();
  }

  private static boolean isManagedElsewhere(JobSet set) {
    var manager = set.spec().managedBy();
    return manager != null && !manager.isEmpty() && !manager.equals(SELF);
  }
}

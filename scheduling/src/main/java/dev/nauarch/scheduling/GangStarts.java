package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Says of gangs that they are bound: then their containers may start. */
final class GangStarts {

  private final World world;
  private final SortedSet<ObjectKey> told = new TreeSet<>();

  GangStarts(World world) {
    this.world = world;
  }

  /** What a gang itself says counts for more than what was said here. */
  void seen(GangState gang) {
    if (gang.placement().isEmpty() || !gang.course().bound()) {
      told.remove(gang.key());
    }
  }

  void forget(ObjectKey gang) {
    told.remove(gang);
  }

  /** Says so once every pod of a written placement is bound. */
  void tell(GangState gang, List<SchedulerCommand> out) {
    if (gang.placement().isEmpty() || gang.course().bound() || told.contains(gang.key())) {
      return;
    }
    var allBound =
        gang.placement().nodeByPod().keySet().stream()
            .map(name -> world.pod(new ObjectKey(gang.key().namespace(), name)))
            .flatMap(Optional::stream)
            .allMatch(PodState::isBound);
    if (allBound) {
      told.add(gang.key());
      out.add(new SchedulerCommand.MarkGangBound(gang.key()));
    }
  }
}

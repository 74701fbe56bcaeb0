package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Consultations;
import dev.nauarch.scheduling.extender.Said;
import dev.nauarch.scheduling.model.PodState;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What extenders are asked about gangs: about each pod by itself, all at once, and about every node
 * with room for it. A gang is tried when everything is answered; what was said counts for one try.
 */
final class GangQuestions {

  private final World world;
  private final Consultations consultations;
  private final PodPlacer podPlacer;
  private final GangClearances clearances;

  GangQuestions(World world, Consultations consultations, PodPlacer podPlacer) {
    this.world = world;
    this.consultations = consultations;
    this.podPlacer = podPlacer;
    this.clearances = new GangClearances(world, consultations.clearances(), podPlacer);
  }

  /** Whether answers are waited for. */
  boolean areOpen(List<PodState> waiting) {
    return waiting.stream().anyMatch(pod -> consultations.areOpen(pod.key()));
  }

  /**
   * What was said of a gang's pods; empty where somebody has to be asked first.
   *
   * @param waiting pods of which no question is open
   */
  Optional<SortedMap<ObjectKey, Said>> said(List<PodState> waiting, List<SchedulerCommand> out) {
    var concerned = waiting.stream().filter(consultations::concern).toList();
    var isAsked = false;
    for (var pod : concerned) {
      var nodes = consultations.isOver(pod.key()) ? List.<String>of() : world.search.roomy(pod);
      if (!nodes.isEmpty()) {
        podPlacer.ask(pod, consultations.ask(pod, nodes), out);
        isAsked = true;
      }
    }
    if (isAsked) {
      return Optional.empty();
    }
    var said = new TreeMap<ObjectKey, Said>();
    concerned.forEach(
        pod -> consultations.take(pod.key()).ifPresent(one -> said.put(pod.key(), one)));
    return Optional.of(said);
  }

  /** Who may stop for gangs. */
  GangClearances clearances() {
    return clearances;
  }
}

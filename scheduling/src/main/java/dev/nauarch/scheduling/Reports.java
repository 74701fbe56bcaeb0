package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has been said about those that wait, so that only news is written and nothing goes stale.
 */
final class Reports {

  private final SortedMap<ObjectKey, Explanation> lastByPod = new TreeMap<>();
  private final SortedMap<ObjectKey, Explanation> lastByGang = new TreeMap<>();
  private final SortedMap<ObjectKey, String> startedByGang = new TreeMap<>();

  void waits(PodState pod, Explanation why, Instant now, List<SchedulerCommand> out) {
    if (!why.equals(lastByPod.put(pod.key(), why))) {
      out.add(new SchedulerCommand.ReportPod(pod.key(), pod.uid(), why, now));
    }
  }

  void waits(GangState gang, Explanation why, Instant now, List<SchedulerCommand> out) {
    if (!why.equals(lastByGang.put(gang.key(), why))) {
      var course = gang.course();
      out.add(
          new SchedulerCommand.ReportGang(gang.key(), gang.uid(), course.scheduled(), why, now));
    }
  }

  /** The first pod of a group whose pods are placed one by one has its place. */
  void started(GangState group, Instant now, List<SchedulerCommand> out) {
    lastByGang.remove(group.key());
    if (!group.uid().equals(startedByGang.put(group.key(), group.uid()))) {
      out.add(new SchedulerCommand.MarkGangScheduled(group.key(), now));
    }
  }

  /** The pod waits no more. */
  void placed(PodState pod, List<SchedulerCommand> out) {
    if (lastByPod.remove(pod.key()) != null || pod.membership().reported()) {
      out.add(new SchedulerCommand.ClearPodReport(pod.key()));
    }
  }

  /** The gang waits no more; its commit takes the explanation away in the same write. */
  void placed(GangState gang) {
    lastByGang.remove(gang.key());
  }

  void forgetPod(ObjectKey pod) {
    lastByPod.remove(pod);
  }

  void forgetGang(ObjectKey gang) {
    lastByGang.remove(gang);
    startedByGang.remove(gang);
  }
}

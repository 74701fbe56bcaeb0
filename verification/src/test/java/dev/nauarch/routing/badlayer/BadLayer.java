package dev.nauarch.routing.badlayer;

import dev.nauarch.kernel.Core;
import dev.nauarch.scheduling.SchedulerOptions;
import java.time.Instant;
import java.util.List;

/** A core that imports another core; it is never run. */
public final class BadLayer implements Core<SchedulerOptions, String> {

  @Override
  public List<String> on(List<? extends SchedulerOptions> events, Instant now) {
    return events.stream().map(SchedulerOptions::name).toList();
  }
}

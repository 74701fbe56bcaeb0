package dev.nauarch.launcher.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads the loss from a trainer's log and draws it, a line for each new point that it shows. */
final class LossCurve {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SHOWN_EVERY = 30;
  private static final int COLUMNS = 40;

  private int lastShown;
  private double highest;

  /**
   * One point.
   *
   * @param step the step
   * @param of how many steps there are
   * @param loss the loss, in nats per byte
   */
  record Point(int step, int of, double loss) {}

  /** The point that a line of a log tells, if it tells one. */
  static Optional<Point> point(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      var root = JSON.readTree(line);
      return root.has("loss")
          ? Optional.of(
              new Point(
                  root.path("step").asInt(), root.path("of").asInt(), root.path("loss").asDouble()))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The lines to print for the points of a log that were not shown yet. */
  List<String> newLines(String log) {
    var lines = new ArrayList<String>();
    for (var line : log.lines().toList()) {
      var point = point(line);
      if (point.isPresent() && isDue(point.get())) {
        lines.add(draw(point.get()));
        lastShown = point.get().step();
      }
    }
    return lines;
  }

  private boolean isDue(Point point) {
    return point.step() > lastShown
        && (point.step() == 1 || point.step() % SHOWN_EVERY == 0 || point.step() == point.of());
  }

  /** After a restart the points come again from the step of the checkpoint on. */
  void rewind(int step) {
    lastShown = step;
  }

  private String draw(Point point) {
    highest = Math.max(highest, point.loss());
    var bar = "█".repeat((int) Math.round(COLUMNS * point.loss() / highest));
    return "     step %3d/%d  loss %.3f  %s".formatted(point.step(), point.of(), point.loss(), bar);
  }
}

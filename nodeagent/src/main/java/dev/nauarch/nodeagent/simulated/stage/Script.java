package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.nodeagent.simulated.stage.Stage.Matter;
import dev.nauarch.nodeagent.simulated.stage.Stage.Next;
import dev.nauarch.nodeagent.simulated.stage.Stage.State;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What happens to the containers of one pod: what its annotations say, then what the cluster's
 * stages say of matters on which those are silent, then what goes without saying.
 */
final class Script {
  private static final Pattern IMAGE =
      Pattern.compile(
          "(?:[A-Za-z0-9.-]+(?::\\d+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
              + "(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
              + "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?");

  private final Map<String, List<Stage>> stagesByContainer;

  private Script(Map<String, List<Stage>> stagesByContainer) {
    this.stagesByContainer = stagesByContainer;
  }

  static Script of(Pod pod, Stages given) {
    var wishes = PodWishes.of(pod);
    var fault = wishes.fault();
    var forPod = given.of(Stage.Kind.POD, pod);
    var stages = new TreeMap<String, List<Stage>>();
    for (var init : pod.getSpec().getInitContainers()) {
      var sidecar = "Always".equals(init.getRestartPolicy());
      stages.put(init.getName(), stages(init, false, !sidecar, wishes, forPod));
    }
    for (var main : pod.getSpec().getContainers()) {
      stages.put(main.getName(), stages(main, true, false, wishes, forPod));
    }
    fault.ifPresent(
        message ->
            stages.replaceAll(
                (name, all) ->
                    List.of(
                        PodWishes.stage(
                            "annotations", new Next.Fail("CreateContainerConfigError", message)))));
    return new Script(stages);
  }

  private static List<Stage> stages(
      Container container, boolean main, boolean init, PodWishes wishes, List<Stage> given) {
    var all = new ArrayList<>(wishes.stages(container.getName(), main));
    var settled = EnumSet.noneOf(Matter.class);
    all.forEach(stage -> settled.add(stage.matter()));
    for (var stage : given) {
      if (concerns(stage, container, main) && !settled.contains(stage.matter())) {
        all.add(stage);
      }
    }
    all.forEach(stage -> settled.add(stage.matter()));
    if (!settled.contains(Matter.START)) {
      unlikelyImage(container).ifPresent(all::add);
    }
    if (!settled.contains(Matter.END)) {
      wishes.endOfItsOwn(container.getName(), main, init).ifPresent(all::add);
    }
    return List.copyOf(all);
  }

  private static boolean concerns(Stage stage, Container container, boolean main) {
    var pattern = stage.when().container();
    var image = stage.when().image();
    return (pattern.isEmpty() ? main : Stage.matches(pattern, container.getName()))
        && (image.isEmpty() || Stage.matches(image, String.valueOf(container.getImage())));
  }

  /** No node could pull an image of no form, or one from a domain that is kept from existing. */
  private static Optional<Stage> unlikelyImage(Container container) {
    var image = container.getImage() == null ? "" : container.getImage();
    if (image.isEmpty()) {
      return Optional.empty();
    }
    if (!IMAGE.matcher(image).matches()) {
      return Optional.of(
          PodWishes.stage(
              "image",
              new Next.Fail(
                  "InvalidImageName",
                  "couldn't parse image name \"" + image + "\": invalid form")));
    }
    var slash = image.indexOf('/');
    var registry = slash < 0 ? "" : image.substring(0, slash).replaceAll(":\\d+$", "");
    return registry.endsWith(".invalid")
        ? Optional.of(
            PodWishes.stage("image", new Next.Fail("ErrImagePull", "no such host: " + registry)))
        : Optional.empty();
  }

  /**
   * The stages of a container that its present state, readiness and attempt let happen.
   *
   * @param asked whether its pod was asked to stop
   */
  List<Stage> of(String container, State state, boolean ready, boolean asked, int restarts) {
    var all = stagesByContainer.getOrDefault(container, List.of());
    return all.isEmpty() ? all : of(all, state, ready, asked, restarts);
  }

  private static List<Stage> of(
      List<Stage> all, State state, boolean ready, boolean asked, int restarts) {
    return all.stream()
        .filter(stage -> stage.when().state() == state)
        .filter(stage -> stage.when().ready().map(wanted -> wanted == ready).orElse(true))
        .filter(stage -> asked || !stage.when().asked())
        .filter(stage -> restarts >= stage.when().restartsMin())
        .filter(stage -> restarts <= stage.when().restartsMax())
        .toList();
  }

  /** Whether a container's readiness ever changes while it runs. */
  boolean hasReadiness(String container) {
    return stagesByContainer.getOrDefault(container, List.of()).stream()
        .anyMatch(stage -> stage.matter() == Matter.READINESS);
  }

  /** Whether it starts ready: it does unless some stage would make it so. */
  boolean startsReady(String container) {
    return stagesByContainer.getOrDefault(container, List.of()).stream()
        .noneMatch(stage -> stage.next() instanceof Next.Ready next && next.ready());
  }
}

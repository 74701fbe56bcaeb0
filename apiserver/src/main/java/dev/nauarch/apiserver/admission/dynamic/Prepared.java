package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.port.ObjectView;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is made of the objects of a resource, made again when one of them has changed. May be asked
 * from any thread; asking costs a look-up as long as nothing changes.
 */
final class Prepared<T> {

  private static final String GROUP = "admissionregistration.k8s.io";

  private final ObjectView view;
  private final String plural;
  private final Function<List<ObjectNode>, List<T>> maker;
  private volatile State<T> state = new State<>(-1, List.of());

  private record State<T>(long revision, List<T> items) {}

  /**
   * @param plural the resource, of the group of admission
   * @param maker makes items of all its objects, which are given by name
   */
  Prepared(ObjectView view, String plural, Function<List<ObjectNode>, List<T>> maker) {
    this.view = view;
    this.plural = plural;
    this.maker = maker;
  }

  List<T> items() {
    var revision = view.revision(GROUP, plural);
    var known = state;
    if (known.revision == revision) {
      return known.items;
    }
    var made = new State<>(revision, maker.apply(view.list(GROUP, plural, "")));
    state = made;
    return made.items;
  }
}

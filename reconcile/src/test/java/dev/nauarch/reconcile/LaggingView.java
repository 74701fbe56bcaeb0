package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A world as somebody sees it to whom the news of each kind comes late, but in order. */
public final class LaggingView implements KeptObjects {

  private final World world;
  private final Map<String, Map<ObjectKey, HasMetadata>> seenByKind = new TreeMap<>();
  private final Map<String, Set<ObjectKey>> goneByKind = new TreeMap<>();

  LaggingView(World world) {
    this.world = world;
  }

  @Override
  public Set<ObjectKey> gone(Resource<?> resource) {
    of(resource);
    return goneByKind.getOrDefault(name(resource), Set.of());
  }

  /** All news of a kind arrive. */
  void catchUp(Resource<?> resource) {
    seenByKind.remove(name(resource));
    of(resource);
  }

  /** All news arrive. */
  void catchUp() {
    seenByKind.clear();
  }

  private static String name(Resource<?> resource) {
    return resource.group() + "/" + resource.plural();
  }

  @Override
  public Map<ObjectKey, HasMetadata> of(Resource<?> resource) {
    return seenByKind.computeIfAbsent(
        name(resource),
        kind -> {
          var seen = new TreeMap<ObjectKey, HasMetadata>();
          goneByKind.put(kind, Set.copyOf(world.gone(resource)));
          world.list(resource).forEach(object -> seen.put(ObjectKey.of(object), object));
          return seen;
        });
  }

  @Override
  public Reading read(String path) {
    return world.read(path);
  }

  @Override
  public List<Resource<?>> resources() {
    return world.resources();
  }
}

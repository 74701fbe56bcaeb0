package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The catalog of this moment: the built-in kinds, and the custom ones that are defined now. */
public final class LiveCatalog implements Supplier<Catalog> {

  private final Catalog builtIn;
  private final AtomicReference<Catalog> current;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** A catalog that begins with the built-in kinds. */
  public LiveCatalog(Catalog builtIn) {
    this.builtIn = builtIn;
    this.current = new AtomicReference<>(builtIn);
  }

  @Override
  public Catalog get() {
    return current.get();
  }

  /** Has somebody told whenever the custom kinds were replaced, on the thread that did it. */
  void onChange(Runnable told) {
    listeners.add(told);
  }

  /** The built-in kinds alone. */
  Catalog builtIn() {
    return builtIn;
  }

  /**
   * Replaces the custom kinds. One takes the place of a built-in kind, in all its versions, where
   * that is one which Kubernetes too would know from a definition alone; Kubernetes' own kinds
   * stay.
   */
  void setCustom(List<Kind> kinds) {
    var own =
        builtIn.kinds().stream()
            .filter(kind -> !ObjectForm.isCustom(kind))
            .map(LiveCatalog::resource)
            .collect(Collectors.toSet());
    var added = kinds.stream().filter(kind -> !own.contains(resource(kind))).toList();
    var replaced = added.stream().map(LiveCatalog::resource).collect(Collectors.toSet());
    current.set(
        added.isEmpty()
            ? builtIn
            : builtIn
                .without(kind -> replaced.contains(resource(kind)))
                .with(added.toArray(Kind[]::new)));
    listeners.forEach(Runnable::run);
  }

  private static String resource(Kind kind) {
    return kind.names().plural() + "." + kind.group();
  }
}

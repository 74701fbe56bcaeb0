package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The catalog of this moment: the built-in kinds, and the custom ones that are defined now. */
public final class LiveCatalog implements Supplier<Catalog> {

  private final Catalog builtIn;
  private final AtomicReference<Catalog> current;

  /** A catalog that begins with the built-in kinds. */
  public LiveCatalog(Catalog builtIn) {
    this.builtIn = builtIn;
    this.current = new AtomicReference<>(builtIn);
  }

  @Override
  public Catalog get() {
    return current.get();
  }

  /** The built-in kinds alone. */
  Catalog builtIn() {
    return builtIn;
  }

  /** Replaces the custom kinds. */
  void setCustom(List<Kind> kinds) {
    current.set(kinds.isEmpty() ? builtIn : builtIn.with(kinds.toArray(Kind[]::new)));
  }
}

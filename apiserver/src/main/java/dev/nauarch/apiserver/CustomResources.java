package dev.nauarch.apiserver;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.crd.CustomKinds;
import dev.nauarch.apiserver.crd.DefinitionStatus;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.ListQuery;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.apiserver.watch.WatchRequest;
import dev.nauarch.apiserver.watch.WatchStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves what CustomResourceDefinitions define. A kind is in the catalog before its definition is
 * told to be established, so that whoever waits for that can use it. Runs on one virtual thread.
 */
final class CustomResources implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CustomResources.class);
  private static final String GROUP = "apiextensions.k8s.io";
  private static final String PLURAL = "customresourcedefinitions";
  private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Registry registry;
  private final LiveCatalog catalog;
  private final Consumer<List<ObjectNode>> forms;
  private final Kind definitionKind;
  private final CustomKinds customKinds;
  private final Thread thread;

  /** What was made of each definition; only the following thread looks at it. */
  private final Map<String, Known> knownByName = new HashMap<>();

  /** The kinds of a definition with this specification. */
  private record Known(JsonNode spec, boolean isServed, List<Kind> kinds) {}

  private CustomResources(
      Registry registry,
      LiveCatalog catalog,
      Kind definitionKind,
      Schema objectMeta,
      Consumer<List<ObjectNode>> forms) {
    this.registry = registry;
    this.catalog = catalog;
    this.forms = forms;
    this.definitionKind = definitionKind;
    this.customKinds = new CustomKinds(objectMeta);
    this.thread = Thread.ofVirtual().name("custom-resources").unstarted(this::follow);
  }

  /**
   * Serves the definitions that are stored, and follows their changes from there.
   *
   * @param forms is told all definitions before their kinds are served
   */
  static CustomResources start(
      Registry registry, LiveCatalog catalog, Consumer<List<ObjectNode>> forms) {
    var builtIn = catalog.builtIn();
    var kind = builtIn.find(GROUP, "v1", PLURAL).orElseThrow();
    var objectMeta = builtIn.definition(OBJECT_META).orElseThrow();
    var resources = new CustomResources(registry, catalog, kind, objectMeta, forms);
    resources.reconcile();
    resources.thread.start();
    return resources;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void follow() {
    while (!Thread.currentThread().isInterrupted()) {
      try (var channel =
          registry.watch(definitionKind, WatchRequest.ALL, new WatchStart.Current(false))) {
        var isOpen = true;
        while (isOpen) {
          var events = channel.take(Duration.ofMinutes(1));
          if (!events.isEmpty()) {
            reconcile();
          }
          isOpen = events.stream().noneMatch(WatchEvent.Ended.class::isInstance);
        }
        rest();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ApiException e) {
        LOG.warn("Custom resources can't be followed: {}", e.getMessage());
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reconcile() {
    var definitions = registry.parts().cache().list(GROUP, PLURAL, "");
    var kinds = new ArrayList<Kind>();
    var changed = new ArrayList<ObjectNode>();
    for (var definition : definitions) {
      var updated =
          DefinitionStatus.isSettled(definition)
              ? definition
              : DefinitionStatus.updated(
                  definition, definitions, registry.parts().clock().instant());
      kinds.addAll(kindsOf(updated));
      if (!updated.equals(definition)) {
        changed.add(updated);
      }
    }
    forms.accept(definitions);
    knownByName
        .keySet()
        .retainAll(
            definitions.stream()
                .map(one -> Json.text(one, "metadata", "name"))
                .collect(Collectors.toSet()));
    catalog.setCustom(kinds);
    changed.forEach(this::writeStatus);
    definitions.stream().filter(CustomResources::isToBeCleaned).forEach(this::clean);
  }

  /** The kinds of a definition; the same ones as long as its specification is the same. */
  private List<Kind> kindsOf(ObjectNode definition) {
    var name = Json.text(definition, "metadata", "name");
    var known = knownByName.get(name);
    var isServed = DefinitionStatus.isServed(definition);
    if (known == null
        || known.isServed != isServed
        || !known.spec.equals(definition.path("spec"))) {
      known = new Known(definition.path("spec"), isServed, customKinds.of(definition));
      knownByName.put(name, known);
    }
    return known.kinds;
  }

  private void writeStatus(ObjectNode definition) {
    var target =
        new Target(definitionKind, "", Json.text(definition, "metadata", "name"), "status");
    var all = registry.parts().cache().list(GROUP, PLURAL, "");
    tried(
        () ->
            registry.patch(
                target,
                current ->
                    DefinitionStatus.updated(current, all, registry.parts().clock().instant()),
                SystemWriter.options(WriteOptions.Apply.NO)));
  }

  private static boolean isToBeCleaned(ObjectNode definition) {
    var metadata = Json.child(definition, "metadata");
    return metadata.has("deletionTimestamp")
        && metadata
            .path("finalizers")
            .valueStream()
            .anyMatch(one -> one.asString().equals(CLEANUP));
  }

  /** Deletes a definition's objects, and lets the definition go once there are none. */
  private void clean(ObjectNode definition) {
    var kinds = customKinds.of(definition);
    var options = SystemWriter.options(WriteOptions.Apply.NO);
    tried(
        () -> {
          if (!kinds.isEmpty()) {
            var all = ListQuery.latest(WatchRequest.ALL);
            registry.deleteAll(kinds.getFirst(), all, DeleteRequest.DEFAULT, options);
            if (!registry.list(kinds.getFirst(), all).objects().isEmpty()) {
              return;
            }
          }
          var name = Json.text(definition, "metadata", "name");
          registry.patch(
              Target.of(definitionKind, "", name), CustomResources::withoutCleanup, options);
        });
  }

  private static ObjectNode withoutCleanup(ObjectNode definition) {
    var changed = definition.deepCopy();
    if (changed.path("metadata").path("finalizers") instanceof ArrayNode finalizers) {
      finalizers.removeIf(one -> one.asString().equals(CLEANUP));
    }
    return changed;
  }

  private static void tried(Runnable write) {
    try {
      write.run();
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.NOT_FOUND) {
        LOG.warn("A definition could not be brought up to date: {}", e.getMessage());
      }
    }
  }
}

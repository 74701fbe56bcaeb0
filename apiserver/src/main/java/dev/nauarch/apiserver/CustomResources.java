package dev.nauarch.apiserver;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.crd.CustomKinds;
import dev.nauarch.apiserver.crd.DefinitionEnd;
import dev.nauarch.apiserver.crd.DefinitionStatus;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.ListQuery;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.upkeep.KindFollower;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves what CustomResourceDefinitions define. A kind is in the catalog before its definition is
 * told to be established, so that whoever waits for that can use it. Runs on one virtual thread.
 */
final class CustomResources {

  private static final Logger LOG = LoggerFactory.getLogger(CustomResources.class);
  private static final String GROUP = "apiextensions.k8s.io";
  private static final String PLURAL = "customresourcedefinitions";
  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration AT_REST = Duration.ofMinutes(1);

  private final Registry registry;
  private final LiveCatalog catalog;
  private final Consumer<List<ObjectNode>> forms;
  private final Kind definitionKind;
  private final CustomKinds customKinds;

  /** What was made of each definition; only the following thread looks at it. */
  private final Map<String, Known> knownByName = new HashMap<>();

  /** Whether a definition waits for its objects, of which nobody tells when they are gone. */
  private boolean isCleaning;

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
  }

  /**
   * Serves the definitions that are stored, and follows their changes from there.
   *
   * @param forms is told all definitions before their kinds are served
   */
  static KindFollower start(
      Registry registry, LiveCatalog catalog, Consumer<List<ObjectNode>> forms) {
    var builtIn = catalog.builtIn();
    var kind = builtIn.find(GROUP, "v1", PLURAL).orElseThrow();
    var objectMeta = builtIn.definition(OBJECT_META).orElseThrow();
    var resources = new CustomResources(registry, catalog, kind, objectMeta, forms);
    resources.reconcile();
    return KindFollower.start(registry, kind, WatchRequest.ALL, "custom-resources", resources::act);
  }

  private Duration act(List<WatchEvent> events) {
    if (!events.isEmpty() || isCleaning) {
      reconcile();
    }
    return isCleaning ? RETRY : AT_REST;
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
    var ending = definitions.stream().filter(DefinitionEnd::isAwaited).toList();
    isCleaning = !ending.isEmpty();
    ending.forEach(this::clean);
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

  /** Deletes a definition's objects, and lets the definition go once there are none. */
  private void clean(ObjectNode definition) {
    var options = SystemWriter.options(WriteOptions.Apply.NO);
    var name = Json.text(definition, "metadata", "name");
    var status = new Target(definitionKind, "", name, "status");
    var now = registry.parts().clock().instant();
    tried(
        () -> {
          var kind = customKinds.stored(definition);
          var isOverlapping = isBuiltIn(definition);
          var isServed = kind.isPresent() && !isOverlapping;
          var left = isServed ? remaining(kind.get(), now) : Remaining.NOTHING;
          registry.patch(
              status,
              found -> {
                var told =
                    isServed
                        ? left.change().apply(found)
                        : DefinitionEnd.unserved(found, isOverlapping, now);
                return left.isNothing() ? DefinitionEnd.reached(told) : told;
              },
              options);
        });
  }

  /**
   * What is left of a definition's objects.
   *
   * @param change what its status says of it
   */
  private record Remaining(boolean isNothing, UnaryOperator<ObjectNode> change) {
    static final Remaining NOTHING = new Remaining(true, UnaryOperator.identity());
  }

  private Remaining remaining(Kind kind, Instant now) {
    var all = ListQuery.latest(WatchRequest.ALL);
    var what = "could not list instances: ";
    try {
      if (!registry.list(kind, all).objects().isEmpty()) {
        what = "could not issue all deletes: ";
        var options = SystemWriter.options(WriteOptions.Apply.NO);
        registry.deleteAll(kind, all, DeleteRequest.DEFAULT, options);
      }
      return registry.list(kind, all).objects().isEmpty()
          ? new Remaining(true, found -> DefinitionEnd.completed(found, now))
          : new Remaining(false, found -> DefinitionEnd.inProgress(found, now));
    } catch (ApiException e) {
      var why = what + e.getMessage();
      LOG.warn("Objects of {}.{}: {}", kind.names().plural(), kind.group(), why);
      return new Remaining(false, found -> DefinitionEnd.failed(found, why, now));
    }
  }

  /** Whether what a definition defines is served without it. */
  private boolean isBuiltIn(ObjectNode definition) {
    var group = Json.text(definition, "spec", "group");
    var plural = definition.at("/spec/names/plural").asString("");
    return catalog.get().kinds().stream()
        .anyMatch(
            kind ->
                !kind.isDefined()
                    && kind.group().equals(group)
                    && kind.names().plural().equals(plural));
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

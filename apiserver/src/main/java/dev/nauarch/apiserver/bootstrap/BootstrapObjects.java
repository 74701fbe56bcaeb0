package dev.nauarch.apiserver.bootstrap;

import dev.nauarch.apiserver.authorization.BootstrapPolicy;
import dev.nauarch.apiserver.flowcontrol.FlowObjects;
import dev.nauarch.apiserver.object.StorageKey;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.Uids;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the objects that every cluster has straight into the store. All are written at once, so
 * that the store's group commit makes one wait of them; a second server over the same store that
 * does the same at the same time changes nothing.
 */
public final class BootstrapObjects {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, String> PLURALS =
      Map.of(
          "ClusterRole", "clusterroles",
          "Role", "roles",
          "ClusterRoleBinding", "clusterrolebindings",
          "RoleBinding", "rolebindings",
          "PriorityClass", "priorityclasses",
          "PriorityLevelConfiguration", FlowObjects.LEVELS,
          "FlowSchema", FlowObjects.SCHEMAS);

  private BootstrapObjects() {}

  /**
   * Writes what lacks, and adds rights that stored roles lack.
   *
   * @param now the time of creation
   */
  public static void write(Store store, Instant now) {
    var former = BootstrapPolicy.former();
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writes = new ArrayList<>();
      for (var object : objects()) {
        writes.add(writers.submit(() -> write(store, object, former, now)));
      }
      for (var write : writes) {
        write.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the first objects were written", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  private static List<ObjectNode> objects() {
    var objects = new ArrayList<>(BootstrapPolicy.objects());
    objects.add(
        priorityClass(
            "system-cluster-critical",
            2_000_000_000,
            "For pods that the cluster can't be without, on whatever node they run."));
    objects.add(
        priorityClass(
            "system-node-critical",
            2_000_001_000,
            "For pods that their own node can't be without."));
    objects.addAll(FlowObjects.objects());
    return objects;
  }

  private static void write(
      Store store, ObjectNode object, Map<String, ObjectNode> former, Instant now) {
    var key = key(object);
    var stored = store.get(key);
    if (stored.isEmpty()) {
      begin(object, now);
      store.write(new Mutation.Put(key, encode(object), new Precondition.Absent()));
      return;
    }
    reconciled(stored.get(), object, former)
        .ifPresent(
            merged ->
                store.write(
                    new Mutation.Put(
                        key,
                        encode(merged),
                        new Precondition.AtRevision(stored.get().revision()))));
  }

  private static Optional<ObjectNode> reconciled(
      Entry stored, ObjectNode wanted, Map<String, ObjectNode> former) {
    return wanted.path("apiVersion").asString("").startsWith("rbac.")
        ? BootstrapPolicy.reconcile((ObjectNode) JSON.readTree(stored.value()), wanted, former)
        : Optional.empty();
  }

  private static void begin(ObjectNode object, Instant now) {
    object
        .withObject("metadata")
        .put("uid", Uids.next())
        .put("creationTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
    if (object.has("spec")) {
      object.withObject("metadata").put("generation", 1);
    }
  }

  private static byte[] encode(ObjectNode object) {
    return StoredForm.encode(
        object, object.path("apiVersion").asString(""), object.path("kind").asString(""));
  }

  private static String key(ObjectNode object) {
    var apiVersion = object.path("apiVersion").asString("");
    var metadata = object.path("metadata");
    return StorageKey.of(
        apiVersion.substring(0, apiVersion.indexOf('/')),
        PLURALS.getOrDefault(object.path("kind").asString(""), ""),
        metadata.path("namespace").asString(""),
        metadata.path("name").asString(""));
  }

  private static ObjectNode priorityClass(String name, int value, String description) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "scheduling.k8s.io/v1").put("kind", "PriorityClass");
    object.putObject("metadata").put("name", name);
    return object
        .put("value", value)
        .put("description", description)
        .put("preemptionPolicy", "PreemptLowerPriority");
  }
}

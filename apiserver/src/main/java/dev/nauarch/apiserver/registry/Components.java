package dev.nauarch.apiserver.registry;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The ComponentStatus objects, which are not stored but found out whenever somebody asks. The one
 * component that a server relies upon is its store, under the name that Kubernetes gives it;
 * scheduler and controllers run in the server's process.
 */
final class Components implements FoundOut {

  private static final String STORE = "etcd-0";
  private static final String CHECKED_KEY = "/registry/health";

  private final Store store;

  Components(Store store) {
    this.store = store;
  }

  @Override
  public boolean isKind(Kind kind) {
    return kind.group().isEmpty() && kind.kind().equals("ComponentStatus");
  }

  @Override
  public List<StoredObject> all(Kind kind, String namespace) {
    return List.of(stored(kind, check()));
  }

  /** Reads the store, as every request does. */
  private ObjectNode check() {
    var object = Json.object();
    object.putObject("metadata").put("name", STORE);
    var condition = object.putArray("conditions").addObject().put("type", "Healthy");
    try {
      store.get(CHECKED_KEY);
      condition.put("status", "True").put("message", "ok");
    } catch (StoreException e) {
      condition.put("status", "False").put("error", String.valueOf(e.getMessage()));
    }
    return object;
  }

  private static StoredObject stored(Kind kind, ObjectNode object) {
    return new StoredObject(STORE, StoredForm.encode(object, kind.apiVersion(), kind.kind()), 0);
  }
}

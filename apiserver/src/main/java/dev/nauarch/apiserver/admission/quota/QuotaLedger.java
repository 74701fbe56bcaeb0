package dev.nauarch.apiserver.admission.quota;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.Scope;
import dev.nauarch.apiserver.object.StorageKey;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Quotas as the store has them at this moment. What is used stands in a quota's status and nowhere
 * else, and is replaced only where nobody else was faster: so it holds for any number of servers.
 */
final class QuotaLedger {

  private final Store store;

  QuotaLedger(Store store) {
    this.store = store;
  }

  /** A quota at one revision. */
  static final class Entry {
    private final ObjectNode object;
    private final long revision;
    private final List<Scope> scopes;
    private final Amounts hard;
    private final Amounts used;

    private Entry(ObjectNode object, long revision) {
      this.object = object;
      this.revision = revision;
      var quota = ModelCodec.decode(object, ResourceQuota.class);
      var status = quota.getStatus();
      this.scopes = quota.getSpec() == null ? List.of() : Scope.of(quota.getSpec());
      this.hard = Amounts.of(status == null ? null : status.getHard());
      this.used = Amounts.of(status == null ? null : status.getUsed());
    }

    String name() {
      return object.path("metadata").path("name").asString("");
    }

    private String namespace() {
      return object.path("metadata").path("namespace").asString("");
    }

    /** What an object must be for the quota to count it. */
    List<Scope> scopes() {
      return scopes;
    }

    /** The limits that hold; those that were just asked for do once the controller has counted. */
    Amounts hard() {
      return hard;
    }

    Amounts used() {
      return used;
    }
  }

  Optional<Entry> find(String namespace, String name) {
    return store
        .get(key(namespace, name))
        .map(found -> new Entry(StoredForm.tree(found.value(), 0), found.revision()));
  }

  /**
   * Writes down what is used.
   *
   * @return whether it was written; not, where somebody has changed the quota meanwhile
   */
  boolean charge(Entry entry, Amounts used) {
    var changed = entry.object.deepCopy();
    var amounts = changed.withObject("status").putObject("used");
    used.byName().forEach((name, amount) -> amounts.put(name, amount.toString()));
    var outcome =
        store.write(
            new Mutation.Put(
                key(entry.namespace(), entry.name()),
                StoredForm.encode(changed, "v1", "ResourceQuota"),
                new Precondition.AtRevision(entry.revision)));
    return outcome instanceof Outcome.Committed;
  }

  private static String key(String namespace, String name) {
    return StorageKey.of("", "resourcequotas", namespace, name);
  }
}

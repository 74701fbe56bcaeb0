package dev.nauarch.apiserver.admission.quota;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.strategy.limits.QuotaStrategy;
import dev.nauarch.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Charges each write to the quotas of its namespace, and refuses one that would exceed them. It
 * comes last: what another admission refuses is not charged. What is charged and then not stored
 * after all is given back by the quota controller.
 */
public final class QuotaAdmission implements Admission {

  private static final String QUOTAS = "resourcequotas";

  private final ObjectView view;
  private final QuotaLedger ledger;
  private final InstantSource clock;
  private final Map<String, ChargingDesk> desks = new ConcurrentHashMap<>();

  /**
   * Admission by the quotas of a store.
   *
   * @param view tells quickly which namespaces have quotas
   */
  public QuotaAdmission(ObjectView view, Store store, InstantSource clock) {
    this.view = view;
    this.ledger = new QuotaLedger(store);
    this.clock = clock;
  }

  @Override
  public void mutate(AdmissionRequest request) {}

  @Override
  public void validate(AdmissionRequest request) {
    var namespace = request.target().namespace();
    if (namespace.isEmpty() || !request.kind().namespaced()) {
      return;
    }
    warn(request);
    if (view.list("", QUOTAS, namespace).isEmpty()) {
      desks.remove(namespace);
      return;
    }
    Demand.of(request, clock.instant())
        .ifPresent(
            demand ->
                desks
                    .computeIfAbsent(namespace, name -> new ChargingDesk(name, ledger))
                    .charge(demand, () -> names(namespace)));
  }

  private List<String> names(String namespace) {
    return view.list("", QUOTAS, namespace).stream()
        .map(quota -> quota.path("metadata").path("name").asString(""))
        .toList();
  }

  /** New quotas that hardly mean what they say. */
  private static void warn(AdmissionRequest request) {
    if (request.operation() == Operation.CREATE
        && request.kind().kind().equals("ResourceQuota")
        && request.kind().group().isEmpty()) {
      QuotaStrategy.warnings(request.object().orElseThrow()).forEach(request.context().warnings());
    }
  }
}

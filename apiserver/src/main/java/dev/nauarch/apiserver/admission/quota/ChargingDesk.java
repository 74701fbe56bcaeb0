package dev.nauarch.apiserver.admission.quota;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.quota.Amounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the writes of one namespace are charged. Whoever comes while another is being served is
 * served together with all who wait, by one write of each quota. That is for speed alone: what
 * keeps usage right is the ledger.
 */
final class ChargingDesk {

  private static final int TRIES_MAX = 50;

  private final String namespace;
  private final QuotaLedger ledger;
  private final ReentrantLock lock = new ReentrantLock();
  private final ConcurrentLinkedQueue<Waiter> queue = new ConcurrentLinkedQueue<>();

  ChargingDesk(String namespace, QuotaLedger ledger) {
    this.namespace = namespace;
    this.ledger = ledger;
  }

  /** A demand that waits; served under the lock. */
  private static final class Waiter {
    private final Demand<?> demand;
    private boolean isServed;
    private @Nullable RuntimeException refusal;

    Waiter(Demand<?> demand) {
      this.demand = demand;
    }
  }

  /**
   * Charges a demand to all quotas of the namespace, unless it is a dry run, or refuses it.
   *
   * @param names the quotas' names
   */
  void charge(Demand<?> demand, Supplier<List<String>> names) {
    var mine = new Waiter(demand);
    queue.add(mine);
    lock.lock();
    try {
      if (!mine.isServed) {
        serveAll(names.get());
      }
    } finally {
      lock.unlock();
    }
    if (mine.refusal != null) {
      throw mine.refusal;
    }
  }

  private void serveAll(List<String> names) {
    var waiting = new ArrayList<Waiter>();
    for (var next = queue.poll(); next != null; next = queue.poll()) {
      waiting.add(next);
    }
    try {
      serve(waiting, names);
    } catch (RuntimeException e) {
      // Nobody knows what was charged: all who wait are told.
      waiting.stream().filter(each -> each.refusal == null).forEach(each -> each.refusal = e);
    } finally {
      waiting.forEach(each -> each.isServed = true);
    }
  }

  private void serve(List<Waiter> waiting, List<String> names) {
    var open = names;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      var quotas =
          open.stream()
              .map(name -> ledger.find(namespace, name))
              .flatMap(Optional::stream)
              .toList();
      var used = new LinkedHashMap<QuotaLedger.Entry, Amounts>();
      quotas.forEach(quota -> used.put(quota, quota.used()));
      waiting.stream().filter(each -> each.refusal == null).forEach(each -> admit(each, used));
      open =
          quotas.stream()
              .filter(quota -> !used.getOrDefault(quota, quota.used()).isSameAs(quota.used()))
              .filter(quota -> !ledger.charge(quota, used.getOrDefault(quota, quota.used())))
              .map(QuotaLedger.Entry::name)
              .toList();
      if (open.isEmpty()) {
        return;
      }
    }
    throw ApiException.conflict(
        "",
        "resourcequotas",
        open.getFirst(),
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  /** Adds a demand to what is used of every quota, or of none where one refuses it. */
  private static void admit(Waiter waiter, Map<QuotaLedger.Entry, Amounts> used) {
    var charged = new LinkedHashMap<QuotaLedger.Entry, Amounts>();
    try {
      used.forEach((quota, now) -> charged.put(quota, waiter.demand.charged(quota, now)));
      if (!waiter.demand.isDryRun()) {
        used.putAll(charged);
      }
    } catch (ApiException e) {
      waiter.refusal = e;
    }
  }
}

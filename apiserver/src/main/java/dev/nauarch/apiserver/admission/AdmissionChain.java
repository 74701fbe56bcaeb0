package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.admission.dynamic.DynamicAdmission;
import dev.nauarch.apiserver.admission.dynamic.Rounds;
import dev.nauarch.apiserver.admission.quota.QuotaAdmission;
import dev.nauarch.apiserver.admission.security.PodSecurity;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Several admissions, one after the other; the first that refuses decides. */
public final class AdmissionChain implements Admission {

  private final List<Admission> links;

  /**
   * What the admissions need.
   *
   * @param view the stored objects
   * @param store where quotas are charged
   * @param random names volumes
   * @param clock the time
   */
  public record Needs(ObjectView view, Store store, RandomGenerator random, InstantSource clock) {}

  /** The given admissions in this order. */
  public AdmissionChain(List<Admission> links) {
    this.links = List.copyOf(links);
  }

  /**
   * What every cluster has, in the order in which Kubernetes has it.
   *
   * @param late what comes after all else but quotas: policies and webhooks
   */
  public static AdmissionChain standard(Needs needs, List<Admission> late) {
    var view = needs.view;
    var links = new ArrayList<Admission>();
    links.add(new NamespaceLifecycle(view));
    links.add(new LimitRanger(view));
    links.add(new PodAccount(view, needs.random));
    links.add(new NodeRestriction());
    links.add(new PodSecurity(view, PodSecurity.Exemptions.NONE));
    links.add(new PodPriority(view));
    links.add(new PodTolerations());
    links.add(new DefaultClass(view, DefaultClass.STORAGE));
    links.add(new ClaimResize(view));
    links.add(new PodRuntimeClass(view));
    links.add(new DefaultClass(view, DefaultClass.INGRESS));
    links.add(new QueuedWork());
    links.addAll(late);
    links.add(new QuotaAdmission(view, needs.store, needs.clock));
    return new AdmissionChain(links);
  }

  @Override
  public void mutate(AdmissionRequest request) {
    var rounds = new Rounds();
    do {
      for (var link : links) {
        if (link instanceof DynamicAdmission dynamic) {
          dynamic.mutate(request, rounds);
        } else {
          link.mutate(request);
        }
      }
    } while (rounds.again());
  }

  @Override
  public void validate(AdmissionRequest request) {
    links.forEach(link -> link.validate(request));
  }
}

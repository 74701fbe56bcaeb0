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
import java.util.LinkedHashMap;
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
   * @param owners judges who may own what
   */
  public record Needs(
      ObjectView view,
      Store store,
      RandomGenerator random,
      InstantSource clock,
      OwnerPermissions owners) {}

  /** The given admissions in this order. */
  public AdmissionChain(List<Admission> links) {
    this.links = List.copyOf(links);
  }

  /**
   * What a cluster has, in the order in which Kubernetes has it.
   *
   * @param plugins what of it is switched on
   * @param late what comes after all else but quotas: policies and webhooks
   */
  public static AdmissionChain standard(
      Needs needs, AdmissionPlugins plugins, List<Admission> late) {
    var view = needs.view;
    var links = new LinkedHashMap<String, Admission>();
    links.put(AdmissionPlugins.NAMESPACES, new NamespaceLifecycle(view));
    links.put(AdmissionPlugins.LIMITS, new LimitRanger(view));
    links.put(AdmissionPlugins.ACCOUNTS, new PodAccount(view, needs.random));
    links.put(AdmissionPlugins.NODES, new NodeRestriction(view));
    links.put(AdmissionPlugins.TAINTS, new NodeTaint());
    links.put(AdmissionPlugins.POD_SECURITY, new PodSecurity(view, plugins.podSecurity()));
    links.put(AdmissionPlugins.PRIORITY, new PodPriority(view));
    links.put(AdmissionPlugins.TOLERATIONS, new PodTolerations());
    links.put(AdmissionPlugins.DEVICE_TOLERATIONS, new DeviceTolerations());
    links.put(AdmissionPlugins.STORAGE_CLASS, new DefaultClass(view, DefaultClass.STORAGE));
    links.put(AdmissionPlugins.OWNERS, needs.owners);
    links.put(AdmissionPlugins.CLAIM_RESIZE, new ClaimResize(view));
    links.put(AdmissionPlugins.RUNTIME_CLASS, new PodRuntimeClass(view));
    links.put(AdmissionPlugins.INGRESS_CLASS, new DefaultClass(view, DefaultClass.INGRESS));
    links.put(AdmissionPlugins.TOPOLOGY_LABELS, new PodTopology(view));
    links.put(AdmissionPlugins.POD_RESIZE, new PodResize(view));
    links.put(AdmissionPlugins.GROUPS, new GroupFinalizer());
    links.keySet().retainAll(plugins.names());
    var all = new ArrayList<Admission>();
    all.add(new EndingDefinitions(view));
    all.addAll(links.values());
    all.add(new QueuedWork());
    all.add(new VerticalResources(view));
    all.addAll(late);
    if (plugins.has(AdmissionPlugins.QUOTA)) {
      all.add(new QuotaAdmission(view, needs.store, needs.clock));
    }
    return new AdmissionChain(all);
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

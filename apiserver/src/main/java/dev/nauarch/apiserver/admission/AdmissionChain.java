package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Several admissions, one after the other; the first that refuses decides. */
public final class AdmissionChain implements Admission {

  private final List<Admission> links;

  /** The given admissions in this order. */
  public AdmissionChain(List<Admission> links) {
    this.links = List.copyOf(links);
  }

  /**
   * What every cluster has, followed by further admissions.
   *
   * @param random names volumes
   */
  public static AdmissionChain standard(
      ObjectView view, RandomGenerator random, List<Admission> further) {
    var links = new ArrayList<Admission>();
    links.add(new NamespaceLifecycle(view));
    links.add(new PodAccount(view, random));
    links.add(new PodRuntimeClass(view));
    links.add(new PodPriority(view));
    links.add(new PodTolerations());
    links.add(new ClaimStorageClass(view));
    links.add(new QueuedWork());
    links.add(new NodeRestriction());
    links.addAll(further);
    return new AdmissionChain(links);
  }

  @Override
  public void mutate(AdmissionRequest request) {
    links.forEach(link -> link.mutate(request));
  }

  @Override
  public void validate(AdmissionRequest request) {
    links.forEach(link -> link.validate(request));
  }
}

package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.PodTerm;
import java.util.Arrays;

/** How many pods are where, by node and by the domains of a term. */
public final class Counter {

  private final PodTerm term;
  private final Domains domains;
  private int[] byNode = new int[0];
  private int[] byDomain = new int[0];
  private int inDomains;
  private int all;

  Counter(PodTerm term, Domains domains) {
    this.term = term;
    this.domains = domains;
  }

  /** What the counted pods have to do with. */
  public PodTerm term() {
    return term;
  }

  /** The domains. */
  public Domains domains() {
    return domains;
  }

  /** Those in one domain. */
  public int inDomain(int domain) {
    return domain < byDomain.length ? byDomain[domain] : 0;
  }

  /** Those in the domain of a node; none where it has no domain. */
  public int around(int node) {
    var domain = domains.of(node);
    return domain == Domains.NONE ? 0 : inDomain(domain);
  }

  /** Those on one node. */
  public int onNode(int node) {
    return node < byNode.length ? byNode[node] : 0;
  }

  /** All that have a domain. */
  public int inDomains() {
    return inDomains;
  }

  boolean isEmpty() {
    return all == 0;
  }

  void add(int node, int difference) {
    if (node >= byNode.length) {
      byNode = Arrays.copyOf(byNode, Math.max(64, 2 * (node + 1)));
    }
    byNode[node] += difference;
    all += difference;
    count(domains.of(node), difference);
  }

  /** A node leaves its domain, before it gets other labels. */
  void leaves(int node) {
    count(domains.of(node), -onNode(node));
  }

  /** A node comes to its domain, after it got other labels. */
  void comes(int node) {
    count(domains.of(node), onNode(node));
  }

  private void count(int domain, int difference) {
    if (domain == Domains.NONE || difference == 0) {
      return;
    }
    if (domain >= byDomain.length) {
      byDomain = Arrays.copyOf(byDomain, Math.max(8, 2 * (domain + 1)));
    }
    byDomain[domain] += difference;
    inDomains += difference;
  }
}

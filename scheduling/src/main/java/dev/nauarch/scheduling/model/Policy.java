package dev.nauarch.scheduling.model;

import java.util.List;

/**
 * How a profile treats its pods, whatever they are.
 *
 * @param weights what nodes are worth to them
 * @param off the rules that don't hold for them
 * @param others what the affinity of pods that have a place is worth to them
 * @param spread how those are spread that say nothing of it
 * @param plugins rules and scores of one's own, in the order in which they are asked
 * @param ignored the resources of which a node may have less than they ask for
 */
public record Policy(
    Weights weights,
    List<Filter> off,
    OthersAffinity others,
    SpreadRule spread,
    List<PluginUse> plugins,
    List<String> ignored) {

  /** For pods of which nobody says otherwise. */
  public static final Policy DEFAULT =
      new Policy(
          Weights.DEFAULT,
          List.of(),
          OthersAffinity.DEFAULT,
          SpreadRule.SYSTEM,
          List.of(),
          List.of());

  /** Copies the lists. */
  public Policy {
    off = List.copyOf(off);
    plugins = List.copyOf(plugins);
    ignored = List.copyOf(ignored);
  }

  /**
   * What it counts for a pod where pods that have a place want it beside them.
   *
   * @param required how much each affinity counts that one of them requires, 0 to 100
   * @param ignoresPreferred whether what they prefer is nothing to a pod that prefers nothing
   */
  public record OthersAffinity(int required, boolean ignoresPreferred) {

    /** As in Kubernetes. */
    public static final OthersAffinity DEFAULT = new OthersAffinity(1, false);
  }

  /** Whether a rule holds. */
  public boolean applies(Filter rule) {
    return !off.contains(rule);
  }

  /** The same with other weights. */
  public Policy with(Weights other) {
    return new Policy(other, off, others, spread, plugins, ignored);
  }

  /** The same without some rules. */
  public Policy without(List<Filter> rules) {
    return new Policy(weights, rules, others, spread, plugins, ignored);
  }

  /** The same with another view of the affinity of others. */
  public Policy with(OthersAffinity other) {
    return new Policy(weights, off, other, spread, plugins, ignored);
  }

  /** The same with another way to spread. */
  public Policy with(SpreadRule other) {
    return new Policy(weights, off, others, other, plugins, ignored);
  }

  /** The same with other plug-ins. */
  public Policy with(List<PluginUse> other) {
    return new Policy(weights, off, others, spread, other, ignored);
  }

  /** The same that does not look at some resources. */
  public Policy ignoring(List<String> resources) {
    return new Policy(weights, off, others, spread, plugins, resources);
  }
}

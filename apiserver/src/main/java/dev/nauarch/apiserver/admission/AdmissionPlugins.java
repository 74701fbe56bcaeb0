package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.admission.security.PodSecuritySettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which parts of admission are switched on, by the names that Kubernetes gives them.
 *
 * @param names those that are on
 * @param podSecurity what Pod Security holds pods to where nobody says
 */
public record AdmissionPlugins(Set<String> names, PodSecuritySettings podSecurity) {

  static final String NAMESPACES = "NamespaceLifecycle";
  static final String LIMITS = "LimitRanger";
  static final String ACCOUNTS = "ServiceAccount";
  static final String NODES = "NodeRestriction";
  static final String TAINTS = "TaintNodesByCondition";
  static final String POD_SECURITY = "PodSecurity";
  static final String PRIORITY = "Priority";
  static final String TOLERATIONS = "DefaultTolerationSeconds";
  static final String DEVICE_TOLERATIONS = "ExtendedResourceToleration";
  static final String STORAGE_CLASS = "DefaultStorageClass";
  static final String OWNERS = "OwnerReferencesPermissionEnforcement";
  static final String CLAIM_RESIZE = "PersistentVolumeClaimResize";
  static final String RUNTIME_CLASS = "RuntimeClass";
  static final String INGRESS_CLASS = "DefaultIngressClass";
  static final String TOPOLOGY_LABELS = "PodTopologyLabels";
  static final String POD_RESIZE = "PodResizeValidator";
  static final String GROUPS = "PodGroupProtection";
  static final String QUOTA = "ResourceQuota";

  /** Policies that change objects. */
  public static final String MUTATING_POLICIES = "MutatingAdmissionPolicy";

  /** Webhooks that change objects. */
  public static final String MUTATING_WEBHOOKS = "MutatingAdmissionWebhook";

  /** Policies that look at objects. */
  public static final String VALIDATING_POLICIES = "ValidatingAdmissionPolicy";

  /** Webhooks that look at objects. */
  public static final String VALIDATING_WEBHOOKS = "ValidatingAdmissionWebhook";

  private static final List<String> ON =
      List.of(
          NAMESPACES,
          LIMITS,
          ACCOUNTS,
          NODES,
          TAINTS,
          POD_SECURITY,
          PRIORITY,
          TOLERATIONS,
          STORAGE_CLASS,
          CLAIM_RESIZE,
          RUNTIME_CLASS,
          INGRESS_CLASS,
          TOPOLOGY_LABELS,
          POD_RESIZE,
          GROUPS,
          MUTATING_POLICIES,
          MUTATING_WEBHOOKS,
          VALIDATING_POLICIES,
          VALIDATING_WEBHOOKS,
          QUOTA);

  private static final List<String> OFF = List.of(DEVICE_TOLERATIONS, OWNERS);

  /** What is on where nobody says otherwise. */
  public static final AdmissionPlugins DEFAULT =
      new AdmissionPlugins(Set.copyOf(ON), PodSecuritySettings.USUAL);

  /** Copies the names. */
  public AdmissionPlugins {
    names = Set.copyOf(names);
  }

  /**
   * The usual ones with changes.
   *
   * @throws IllegalArgumentException where a name is not known, or is to be both on and off
   */
  public static AdmissionPlugins of(List<String> enabled, List<String> disabled) {
    check("--enable-admission-plugins", enabled);
    check("--disable-admission-plugins", disabled);
    var both = enabled.stream().filter(disabled::contains).distinct().toList();
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          "--enable-admission-plugins and --disable-admission-plugins both name "
              + String.join(", ", both));
    }
    var names = new LinkedHashSet<>(ON);
    names.addAll(enabled);
    disabled.forEach(names::remove);
    return new AdmissionPlugins(names, PodSecuritySettings.USUAL);
  }

  /** The same with other settings of Pod Security. */
  public AdmissionPlugins with(PodSecuritySettings settings) {
    return new AdmissionPlugins(names, settings);
  }

  private static void check(String flag, List<String> names) {
    for (var name : names) {
      if (!ON.contains(name) && !OFF.contains(name)) {
        var known = Stream.concat(ON.stream(), OFF.stream()).sorted().toList();
        throw new IllegalArgumentException(
            "%s: \"%s\" is not known; known are %s"
                .formatted(flag, name, String.join(", ", known)));
      }
    }
  }

  /** Whether one is on. */
  public boolean has(String name) {
    return names.contains(name);
  }
}

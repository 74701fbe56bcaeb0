package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.strategy.field.Field;
import java.util.ArrayList;
import java.util.List;

/** What of a service will surprise its owner. */
final class ServiceWarnings {

  private ServiceWarnings() {}

  static List<String> of(Field service) {
    var spec = service.at("spec");
    var type = spec.at("type").text();
    var said = new ArrayList<String>();
    if (service.at("metadata", "annotations").at(ServiceRules.HINTS).isPresent()) {
      said.add(
          "annotation "
              + ServiceRules.HINTS
              + " is deprecated, please use "
              + ServiceRules.MODE
              + " instead");
    }
    boolean isHeadless = type.equals("ClusterIP") && spec.at("clusterIP").is("None");
    boolean hasExternal = !spec.at("externalIPs").isEmpty();
    boolean isName = type.equals("ExternalName");
    if (isHeadless) {
      if (!spec.at("loadBalancerIP").isEmpty()) {
        said.add("spec.loadBalancerIP is ignored for headless services");
      }
      if (hasExternal) {
        said.add("spec.externalIPs is ignored for headless services");
      }
      if (!spec.at("sessionAffinity").is("None")) {
        said.add("spec.SessionAffinity is ignored for headless services");
      }
    } else if (hasExternal && !isName) {
      said.add("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
    }
    if (isName && hasExternal) {
      said.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    }
    if (!isName && !spec.at("externalName").isEmpty()) {
      said.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
    if (spec.at("trafficDistribution").is("PreferClose")) {
      said.add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
    }
    return said;
  }
}

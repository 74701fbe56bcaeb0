package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.spec.DownwardValues;
import dev.nauarch.nodeagent.spec.ServiceVariables;
import dev.nauarch.nodeagent.spec.VariableExpansion;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes up the variables of a container; later sources win over earlier ones. */
final class Environment {
  private final ClusterClient client;

  Environment(ClusterClient client) {
    this.client = client;
  }

  /**
   * The variables of a container.
   *
   * @param pod with the addresses in its status that it has now
   */
  Map<String, String> of(Pod pod, Container container) throws ConfigFault {
    try {
      var variables = new LinkedHashMap<String, String>(ServiceVariables.of(services(pod)));
      for (var source : container.getEnvFrom()) {
        addAll(pod, source, variables);
      }
      for (var variable : container.getEnv()) {
        value(pod, container, variable, variables)
            .ifPresent(value -> variables.put(variable.getName(), value));
      }
      return variables;
    } catch (ApiException e) {
      throw new ConfigFault(String.valueOf(e.getMessage()), e);
    }
  }

  /** The services that a pod hears of: the API server always, its neighbours unless it declines. */
  private List<Service> services(Pod pod) {
    var namespace = pod.getMetadata().getNamespace();
    var services = new ArrayList<Service>();
    client.get(Resources.SERVICES, new ObjectKey("default", "kubernetes")).ifPresent(services::add);
    if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
      services.addAll(client.list(Resources.SERVICES, Selection.inNamespace(namespace)).items());
    }
    return services;
  }

  private void addAll(Pod pod, EnvFromSource source, Map<String, String> variables)
      throws ConfigFault {
    var namespace = pod.getMetadata().getNamespace();
    var prefix = source.getPrefix() == null ? "" : source.getPrefix();
    var found = new TreeMap<String, String>();
    if (source.getConfigMapRef() != null) {
      var name = source.getConfigMapRef().getName();
      var optional = Boolean.TRUE.equals(source.getConfigMapRef().getOptional());
      found.putAll(configMap(namespace, name, optional).orElse(Map.of()));
    }
    if (source.getSecretRef() != null) {
      var name = source.getSecretRef().getName();
      var optional = Boolean.TRUE.equals(source.getSecretRef().getOptional());
      found.putAll(secret(namespace, name, optional).orElse(Map.of()));
    }
    found.forEach((name, value) -> variables.put(prefix + name, value));
  }

  private Optional<Map<String, String>> configMap(String namespace, String name, boolean optional)
      throws ConfigFault {
    var map = client.get(Resources.CONFIG_MAPS, new ObjectKey(namespace, name));
    if (map.isEmpty() && !optional) {
      throw new ConfigFault("configmap \"" + name + "\" not found");
    }
    return map.map(each -> each.getData() == null ? Map.of() : each.getData());
  }

  private Optional<Map<String, String>> secret(String namespace, String name, boolean optional)
      throws ConfigFault {
    var secret = client.get(Resources.SECRETS, new ObjectKey(namespace, name));
    if (secret.isEmpty() && !optional) {
      throw new ConfigFault("secret \"" + name + "\" not found");
    }
    return secret.map(
        each -> {
          var text = new TreeMap<String, String>();
          if (each.getData() != null) {
            each.getData()
                .forEach(
                    (key, value) ->
                        text.put(
                            key,
                            new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
          }
          return text;
        });
  }

  private Optional<String> value(
      Pod pod, Container container, EnvVar variable, Map<String, String> before)
      throws ConfigFault {
    if (variable.getValueFrom() == null) {
      var text = variable.getValue() == null ? "" : variable.getValue();
      return Optional.of(VariableExpansion.expand(text, before));
    }
    try {
      return referenced(pod, container, variable.getValueFrom());
    } catch (IllegalArgumentException e) {
      throw new ConfigFault(variable.getName() + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> referenced(Pod pod, Container container, EnvVarSource source)
      throws ConfigFault {
    var namespace = pod.getMetadata().getNamespace();
    if (source.getFieldRef() != null) {
      return Optional.of(DownwardValues.field(pod, source.getFieldRef().getFieldPath()));
    }
    if (source.getResourceFieldRef() != null) {
      return Optional.of(
          DownwardValues.resource(pod, source.getResourceFieldRef(), container.getName()));
    }
    if (source.getConfigMapKeyRef() != null) {
      var ref = source.getConfigMapKeyRef();
      var optional = Boolean.TRUE.equals(ref.getOptional());
      var map = configMap(namespace, ref.getName(), optional);
      return key("configmap \"" + ref.getName() + "\"", map, ref.getKey(), optional);
    }
    if (source.getSecretKeyRef() != null) {
      var ref = source.getSecretKeyRef();
      var optional = Boolean.TRUE.equals(ref.getOptional());
      var secret = secret(namespace, ref.getName(), optional);
      return key("secret \"" + ref.getName() + "\"", secret, ref.getKey(), optional);
    }
    throw new ConfigFault("this agent does not know the source of a variable");
  }

  private static Optional<String> key(
      String owner, Optional<Map<String, String>> map, String key, boolean optional)
      throws ConfigFault {
    var value = map.map(each -> each.get(key));
    if (value.isEmpty() && !optional) {
      throw new ConfigFault("couldn't find key " + key + " in " + owner);
    }
    return value;
  }
}

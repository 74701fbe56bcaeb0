package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.jdk.StringDeserializer;

/**
 * Lets models share what is the same in many of them, since a cluster's worth of them is kept: the
 * texts, labels, containers and tolerations that all pods of a workload have. Lists and maps can't
 * be changed any more; of what was seen, the last is remembered.
 *
 * <p>Threads may race: each then sees a whole value, its own or an equal one.
 */
final class Sharing {

  private static final int SEEN = 1 << 14;
  private static final int TEXT_LENGTH_MAX = 128;

  /** The fields of a model that hold lists, maps or other models. */
  private static final ClassValue<List<Field>> PARTS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> model) {
          return partsOf(model);
        }
      };

  private final Object[] seen = new Object[SEEN];

  /** Reads texts. */
  final class Texts extends ValueDeserializer<String> {

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
      var text = StringDeserializer.instance.deserialize(parser, context);
      return text.length() > TEXT_LENGTH_MAX ? text : same(text);
    }
  }

  /** Has an object share its parts. */
  <T extends HasMetadata> T compact(T object) {
    for (var part : PARTS.get(object.getClass())) {
      // Metadata, spec and status are an object's own: only what is in them may be shared.
      if (ModelFields.get(part, object) instanceof KubernetesResource own) {
        compactParts(own);
      }
    }
    return object;
  }

  private void compactParts(Object model) {
    for (var part : PARTS.get(model.getClass())) {
      var value = ModelFields.get(part, model);
      if (value != null) {
        ModelFields.set(part, model, shared(value));
      }
    }
  }

  private Object shared(Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.containsValue(null) ? map : same(Map.copyOf(map));
      case List<?> list -> list.contains(null) ? list : same(sharedItems(list));
      case KubernetesResource model -> {
        compactParts(model);
        yield same(model);
      }
      default -> value;
    };
  }

  private List<Object> sharedItems(List<?> list) {
    var items = new ArrayList<>(list.size());
    list.forEach(item -> items.add(shared(item)));
    return List.copyOf(items);
  }

  /** The value that was seen, where it is equal to this one. */
  private <T> T same(T value) {
    var hash = value.hashCode();
    var slot = (hash ^ (hash >>> 14)) & (SEEN - 1);
    var known = seen[slot];
    if (value.equals(known)) {
      @SuppressWarnings("unchecked") // equal values are of one type here
      var equal = (T) known;
      return equal;
    }
    seen[slot] = value;
    return value;
  }

  private static List<Field> partsOf(Class<?> model) {
    return ModelFields.of(model).stream().filter(field -> isPart(field.getType())).toList();
  }

  private static boolean isPart(Class<?> type) {
    return type.equals(List.class)
        || type.equals(Map.class)
        || KubernetesResource.class.isAssignableFrom(type);
  }
}

package dev.nauarch.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is left to be read of an object where a model of its earlier JSON is at hand: most changes
 * touch a field or two, and the rest of the new model is that of the old one. Looks at the members
 * of the object and at those of its metadata, spec and status.
 */
final class ModelDelta {

  private static final String METADATA = "metadata";
  private static final String MANAGED_FIELDS = "managedFields";

  /** The fields of a model by their names in JSON. */
  private static final ClassValue<Map<String, Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected Map<String, Field> computeValue(Class<?> model) {
          return fieldsOf(model);
        }
      };

  /** A field to take from the earlier model: of the object itself, or of one of its parts. */
  private record Taken(@Nullable Field part, Field field) {}

  private final byte[] json;
  private final byte[] earlier;
  private final ByteArrayOutputStream rest;
  private final List<Taken> taken = new ArrayList<>();

  /** Compares two forms of an object whose models are of a class. */
  ModelDelta(byte[] json, byte[] earlier, Class<?> model) {
    this.json = json;
    this.earlier = earlier;
    this.rest = new ByteArrayOutputStream(json.length);
    compare(0, 0, model, null);
  }

  /** The JSON of what differs, and of what the model has no field for. */
  byte[] rest() {
    return rest.toByteArray();
  }

  /** Puts what is the same into a model that was read from the rest. */
  void fill(Object model, Object earlierModel) {
    for (var each : taken) {
      if (each.part == null) {
        set(each.field, model, get(each.field, earlierModel));
      } else {
        var part = get(each.part, model);
        var earlierPart = get(each.part, earlierModel);
        if (part == null || earlierPart == null) {
          throw new IllegalStateException("a model lacks its " + each.part.getName());
        }
        set(each.field, part, get(each.field, earlierPart));
      }
    }
  }

  private void compare(int object, int earlierObject, Class<?> model, @Nullable Field part) {
    var members = JsonBytes.members(json, object);
    var earlierMembers = JsonBytes.members(earlier, earlierObject);
    var fields = FIELDS.get(model);
    rest.write('{');
    var isFirst = true;
    var near = 0;
    for (var member : members) {
      var name = member.name(json);
      if (part != null && part.getName().equals(METADATA) && name.equals(MANAGED_FIELDS)) {
        continue;
      }
      var other = find(member, earlierMembers, near);
      near = other < 0 ? near : other + 1;
      var field = fields.get(name);
      if (field != null && other >= 0 && !name.equals(METADATA)) {
        if (isSame(member, earlierMembers.get(other))) {
          taken.add(new Taken(part, field));
          continue;
        }
      }
      if (!isFirst) {
        rest.write(',');
      }
      isFirst = false;
      if (field != null
          && other >= 0
          && part == null
          && KubernetesResource.class.isAssignableFrom(field.getType())
          && areObjects(member, earlierMembers.get(other))) {
        rest.write(json, member.start(), member.value() - member.start());
        compare(member.value(), earlierMembers.get(other).value(), field.getType(), field);
      } else {
        rest.write(json, member.start(), member.end() - member.start());
      }
    }
    rest.write('}');
  }

  private boolean areObjects(JsonBytes.Member member, JsonBytes.Member other) {
    return json[member.value()] == '{' && earlier[other.value()] == '{';
  }

  private boolean isSame(JsonBytes.Member member, JsonBytes.Member other) {
    return Arrays.equals(json, member.value(), member.end(), earlier, other.value(), other.end());
  }

  /** Where among the earlier members the same name is; both mostly have one order. */
  private int find(JsonBytes.Member member, List<JsonBytes.Member> members, int near) {
    for (var i = 0; i < members.size(); i++) {
      var at = (near + i) % members.size();
      var other = members.get(at);
      if (Arrays.equals(
          json, member.start(), member.nameEnd(), earlier, other.start(), other.nameEnd())) {
        return at;
      }
    }
    return -1;
  }

  private static @Nullable Object get(Field field, Object model) {
    try {
      return field.get(model);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a model hides its fields", e);
    }
  }

  private static void set(Field field, Object model, @Nullable Object value) {
    try {
      field.set(model, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("a model hides its fields", e);
    }
  }

  private static Map<String, Field> fieldsOf(Class<?> model) {
    var fields = new LinkedHashMap<String, Field>();
    for (Class<?> at = model; at != null && !at.equals(Object.class); at = at.getSuperclass()) {
      for (var field : at.getDeclaredFields()) {
        var property = field.getAnnotation(JsonProperty.class);
        if (property != null) {
          field.setAccessible(true);
          fields.put(property.value().isEmpty() ? field.getName() : property.value(), field);
        }
      }
    }
    return fields;
  }
}

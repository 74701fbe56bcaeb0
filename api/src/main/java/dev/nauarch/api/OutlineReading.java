package dev.nauarch.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what need not be read of an object, since it has been read before: what is as it was in its
 * earlier form, and what other objects have too, as all pods of a workload have their containers.
 * Looks at the members of the object and at those of its metadata, spec and status.
 */
final class OutlineReading {

  private static final String METADATA = "metadata";
  private static final String STATUS = "status";

  /** The fields of a model by their names in JSON. */
  private static final ClassValue<Map<String, Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected Map<String, Field> computeValue(Class<?> model) {
          return fieldsOf(model);
        }
      };

  /**
   * Values that were read, by their JSON. Threads may race: each then sees a whole entry, an older
   * or a newer one.
   */
  static final class Known {

    private static final int ENTRIES = 1 << 12;

    private final @Nullable Entry[] entries = new Entry[ENTRIES];

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(Field field, byte[] json, Object value) {}

    private @Nullable Object find(Field field, byte[] json) {
      var entry = entries[slot(json)];
      return entry != null && entry.field.equals(field) && Arrays.equals(entry.json, json)
          ? entry.value
          : null;
    }

    private void put(Field field, byte[] json, Object value) {
      entries[slot(json)] = new Entry(field, json, value);
    }

    private static int slot(byte[] json) {
      var hash = Arrays.hashCode(json);
      return (hash ^ (hash >>> 12)) & (ENTRIES - 1);
    }
  }

  /** A field of the object, or of one of its parts, that gets a value which is there already. */
  private record Ready(@Nullable Field part, Field field, @Nullable Object value) {}

  /** A value that is read now, and is then known. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Learned(Field part, Field field, byte[] json) {}

  private final OutlineRules rules;
  private final Known known;
  private final byte[] json;
  private final ByteArrayOutputStream rest;
  private final List<Ready> ready = new ArrayList<>();
  private final List<Learned> learned = new ArrayList<>();

  /**
   * Looks at an object.
   *
   * @param rules what is not read at all
   * @param known what has been read of others
   * @param model the class of its model
   * @param earlier its earlier form, if there is one
   */
  OutlineReading(
      OutlineRules rules,
      Known known,
      byte[] json,
      Class<?> model,
      ModelCodec.@Nullable Earlier<?> earlier) {
    this.rules = rules;
    this.known = known;
    this.json = json;
    this.rest = new ByteArrayOutputStream(json.length);
    var before = earlier == null ? null : new Before(earlier.json(), 0, earlier.model());
    look(0, model, null, before);
  }

  /** An object, or a part of one, as it was before. */
  private static final class Before {
    private final byte[] json;
    private final List<JsonBytes.Member> members;
    private final Object model;
    private int near;

    Before(byte[] json, int object, Object model) {
      this.json = json;
      this.members = JsonBytes.members(json, object);
      this.model = model;
    }

    /** The member of the same name; both mostly have one order. */
    JsonBytes.@Nullable Member find(byte[] now, JsonBytes.Member member) {
      for (var i = 0; i < members.size(); i++) {
        var at = (near + i) % members.size();
        var other = members.get(at);
        if (Arrays.equals(
            now, member.start(), member.nameEnd(), json, other.start(), other.nameEnd())) {
          near = at + 1;
          return other;
        }
      }
      return null;
    }
  }

  /** The JSON that is left to be read. */
  byte[] rest() {
    return rest.toByteArray();
  }

  /** Completes a model that was read from the rest. */
  void complete(Object model) {
    for (var each : learned) {
      var value = ModelFields.get(each.field, required(each.part, model));
      if (value != null) {
        known.put(each.field, each.json, value);
      }
    }
    for (var each : ready) {
      ModelFields.set(
          each.field, each.part == null ? model : required(each.part, model), each.value);
    }
  }

  private void look(int object, Class<?> model, @Nullable Field part, @Nullable Before before) {
    var fields = FIELDS.get(model);
    rest.write('{');
    var isFirst = true;
    for (var member : JsonBytes.members(json, object)) {
      var name = member.name(json);
      if (rules.drops(model, name)) {
        continue;
      }
      var field = fields.get(name);
      var old = before == null ? null : before.find(json, member);
      if (field != null && before != null && old != null && isSame(member, before, old)) {
        // Metadata are an object's own: a version is put into them.
        if (!name.equals(METADATA)) {
          ready.add(new Ready(part, field, ModelFields.get(field, before.model)));
          continue;
        }
      }
      var json = value(member, field, part);
      if (json != null && field != null && part != null) {
        var value = known.find(field, json);
        if (value != null) {
          ready.add(new Ready(part, field, value));
          continue;
        }
        learned.add(new Learned(part, field, json));
      }
      if (!isFirst) {
        rest.write(',');
      }
      isFirst = false;
      rest.write(this.json, member.start(), member.value() - member.start());
      if (json != null) {
        rest.writeBytes(json);
      } else if (part == null && field != null && isPart(field, member)) {
        look(member.value(), field.getType(), field, before(before, old, field));
      } else {
        rest.write(this.json, member.value(), member.end() - member.value());
      }
    }
    rest.write('}');
  }

  private boolean isPart(Field field, JsonBytes.Member member) {
    return json[member.value()] == '{'
        && KubernetesResource.class.isAssignableFrom(field.getType());
  }

  private static @Nullable Before before(
      @Nullable Before whole, JsonBytes.@Nullable Member member, Field field) {
    if (whole == null || member == null || whole.json[member.value()] != '{') {
      return null;
    }
    var model = ModelFields.get(field, whole.model);
    return model == null ? null : new Before(whole.json, member.value(), model);
  }

  /** The JSON of a list or a map that other objects may have too, as far as it is read. */
  private byte @Nullable [] value(
      JsonBytes.Member member, @Nullable Field field, @Nullable Field part) {
    if (field == null || part == null || part.getName().equals(STATUS)) {
      return null;
    }
    return switch (json[member.value()]) {
      case '[' -> rules.items(itemOf(field), json, member.value());
      case '{' -> Arrays.copyOfRange(json, member.value(), member.end());
      default -> null;
    };
  }

  private static @Nullable Class<?> itemOf(Field list) {
    return list.getGenericType() instanceof ParameterizedType type
            && type.getActualTypeArguments()[0] instanceof Class<?> item
        ? item
        : null;
  }

  private boolean isSame(JsonBytes.Member member, Before before, JsonBytes.Member old) {
    return Arrays.equals(json, member.value(), member.end(), before.json, old.value(), old.end());
  }

  private static Object required(Field part, Object model) {
    var value = ModelFields.get(part, model);
    if (value == null) {
      throw new IllegalStateException("a model lacks its " + part.getName());
    }
    return value;
  }

  private static Map<String, Field> fieldsOf(Class<?> model) {
    var fields = new LinkedHashMap<String, Field>();
    for (var field : ModelFields.of(model)) {
      var property = field.getAnnotation(JsonProperty.class);
      if (property != null) {
        fields.put(property.value().isEmpty() ? field.getName() : property.value(), field);
      }
    }
    return fields;
  }
}

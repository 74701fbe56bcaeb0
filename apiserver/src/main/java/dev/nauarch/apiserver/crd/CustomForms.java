package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.ServedForms;
import dev.nauarch.apiserver.schema.ObjectForm;
import dev.nauarch.apiserver.webhook.WebhookClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How custom resources look in each version: they are stored in the storage version, and read in
 * any by a conversion, without what the version does not know and with its defaults. Safe to use
 * from all threads.
 */
public final class CustomForms implements ServedForms {

  /**
   * What the definition of one resource says of it.
   *
   * @param storageVersion the apiVersion in which objects are stored
   * @param webhook converts between versions; empty where they differ by their names alone
   * @param isStable whether what is stored is what readers see: there is one version, and it never
   *     was another
   */
  private record Form(String storageVersion, Optional<Definition> webhook, boolean isStable) {

    static Form of(Definition definition) {
      var conversion = definition.spec().path("conversion").path("strategy").asString("");
      return new Form(
          definition.group() + "/" + definition.storageVersion().orElse(""),
          conversion.equals("Webhook") ? Optional.of(definition) : Optional.empty(),
          definition.versions().size() == 1
              && definition.object().path("metadata").path("generation").asLong(1) == 1);
    }
  }

  private volatile Map<String, Form> formByResource = Map.of();
  private volatile @Nullable WebhookClient client;

  /** Sets what conversions are called with. */
  public void callWith(WebhookClient webhooks) {
    client = webhooks;
  }

  /** Replaces what is known by these definitions. */
  public void define(List<ObjectNode> definitions) {
    var forms = new HashMap<String, Form>();
    for (var object : definitions) {
      var definition = new Definition(object);
      forms.put(definition.name(), Form.of(definition));
    }
    formByResource = Map.copyOf(forms);
  }

  /** The apiVersion in which the objects of a kind are stored; empty for a built-in kind. */
  public Optional<String> storedVersion(Kind kind) {
    return form(kind).map(Form::storageVersion);
  }

  private Optional<Form> form(Kind kind) {
    return ObjectForm.isCustom(kind)
        ? Optional.ofNullable(formByResource.get(kind.names().plural() + "." + kind.group()))
        : Optional.empty();
  }

  @Override
  public List<StoredObject> served(Kind kind, List<StoredObject> stored) {
    var form = form(kind);
    if (form.isEmpty() || form.get().isStable || stored.isEmpty()) {
      return stored;
    }
    var trees = new ArrayList<ObjectNode>();
    for (var object : stored) {
      trees.add(StoredForm.tree(object.stored(), 0));
    }
    var converted = converted(form.get(), trees, kind);
    var result = new ArrayList<StoredObject>();
    for (var i = 0; i < stored.size(); i++) {
      var tree = converted.get(i);
      ObjectForm.conform(tree, kind);
      ObjectForm.fillDefaults(tree, kind);
      var bytes = StoredForm.encode(tree, kind.apiVersion(), kind.kind());
      result.add(new StoredObject(stored.get(i).key(), bytes, stored.get(i).revision()));
    }
    return result;
  }

  @Override
  public byte[] stored(Kind kind, byte[] served) {
    var form = form(kind);
    if (form.isEmpty() || form.get().storageVersion.equals(kind.apiVersion())) {
      return served;
    }
    var target = form.get().storageVersion;
    var converted = converted(form.get(), List.of(StoredForm.tree(served, 0)), target);
    return StoredForm.encode(converted.getFirst(), target, kind.kind());
  }

  /** An object in another version of its kind; a tree of its own. */
  public ObjectNode converted(ObjectNode object, Kind kind) {
    var copy = object.deepCopy();
    var form = form(kind);
    if (form.isEmpty()) {
      return copy.put("apiVersion", kind.apiVersion());
    }
    var converted = converted(form.get(), List.of(copy), kind).getFirst();
    ObjectForm.conform(converted, kind);
    return converted;
  }

  private List<ObjectNode> converted(Form form, List<ObjectNode> objects, Kind kind) {
    return converted(form, objects, kind.apiVersion());
  }

  private List<ObjectNode> converted(Form form, List<ObjectNode> objects, String apiVersion) {
    var webhooks = client;
    if (form.webhook.isPresent() && webhooks != null) {
      return new WebhookConversion(form.webhook.get(), webhooks).convert(objects, apiVersion);
    }
    for (var object : objects) {
      object.put("apiVersion", apiVersion);
    }
    return objects;
  }
}

package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.Versions;
import dev.nauarch.apiserver.registry.subresource.Binding;
import dev.nauarch.apiserver.registry.subresource.Eviction;
import dev.nauarch.apiserver.registry.subresource.ScaleAdmission;
import dev.nauarch.apiserver.registry.subresource.ScaleView;
import dev.nauarch.client.Patch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** The subresources that are more than a part of their object. */
final class Subresources {

  private static final List<Patch.Type> SCALE_PATCHES =
      List.of(Patch.Type.JSON, Patch.Type.MERGE, Patch.Type.STRATEGIC);
  private static final String PROXY = "proxy";

  private final Registry registry;
  private final Bodies bodies;
  private final Answers answers;
  private final Patches patches;
  private final Connecting connecting;
  private final Binding binding;
  private final Eviction eviction;

  Subresources(
      Registry registry,
      Supplier<Catalog> catalog,
      Bodies bodies,
      Answers answers,
      Patches patches,
      Connecting connecting) {
    this.registry = registry;
    this.bodies = bodies;
    this.answers = answers;
    this.patches = patches;
    this.connecting = connecting;
    this.binding = new Binding(registry);
    this.eviction = new Eviction(registry, catalog);
  }

  boolean serves(Kind kind, String name) {
    return kind.subresource(name).isPresent()
        && (name.equals("scale")
            || name.equals(PROXY)
            || action(kind, name).isPresent()
            || (isPod(kind) && Connecting.SUBRESOURCES.contains(name)));
  }

  Response answer(Call call, String verb) throws IOException {
    var name = call.route().subresource();
    if (name.equals("scale")) {
      return scale(call, verb);
    }
    if (name.equals(PROXY)) {
      return connecting.proxy(call);
    }
    if (isPod(call.kind()) && Connecting.SUBRESOURCES.contains(name)) {
      return connecting.connect(call, verb);
    }
    if (!verb.equals("create")) {
      throw RequestHandler.notAllowed();
    }
    return post(call, action(call.kind(), name).orElseThrow(RequestHandler::notAllowed));
  }

  private Optional<ResourceAction> action(Kind kind, String name) {
    if (isPod(kind) && name.equals("binding")) {
      return Optional.of(binding);
    }
    if (isPod(kind) && name.equals("eviction")) {
      return Optional.of(eviction);
    }
    return registry.parts().strategies().action(kind, name);
  }

  private static boolean isPod(Kind kind) {
    return kind.group().isEmpty() && kind.kind().equals("Pod");
  }

  private Response post(Call call, ResourceAction action) throws IOException {
    var options = Options.write(call, "CreateOptions");
    var subresource = call.kind().subresource(call.route().subresource()).orElseThrow();
    var parent = registry.get(call.object());
    var body = bodies.other(call, subresource);
    var route = call.route();
    registry.admit(
        new Target(call.kind(), route.namespace(), route.name(), subresource.name()),
        body,
        options);
    var answer =
        action.post(
            new ResourceAction.Call(
                call.user(),
                call.kind(),
                subresource.name(),
                new AdmissionRequest.Target(call.route().namespace(), call.route().name()),
                Optional.of(() -> Versions.tree(parent, call.kind())),
                body,
                new ResourceAction.Mode(options.isDryRun(), call.warnings()::add)));
    return answers.plain(call, 201, answer);
  }

  private Response scale(Call call, String verb) throws IOException {
    var target = call.object();
    var view = ScaleView.of(call.kind()).orElseThrow(RequestHandler::notAllowed);
    return switch (verb) {
      case "get" -> {
        var object = Versions.tree(registry.get(target), call.kind());
        yield answers.plain(call, 200, view.scale(object));
      }
      case "update" -> {
        var options = Options.write(call, "UpdateOptions");
        var wanted = bodies.other(call, scaleOf(call.kind()));
        var object =
            registry.patch(
                target, current -> view.scaled(current, wanted), options, admission(view));
        yield answers.plain(call, 200, view.scale(Versions.tree(object, call.kind())));
      }
      case "patch" -> {
        var options = Options.write(call, "PatchOptions");
        var patch = PatchBody.read(call, PatchBody.typeOf(call, SCALE_PATCHES), bodies, patches);
        var object =
            registry.patch(
                target,
                current -> view.scaled(current, patchedScale(call, patch, view.scale(current))),
                options,
                admission(view));
        yield answers.plain(call, 200, view.scale(Versions.tree(object, call.kind())));
      }
      default -> throw RequestHandler.notAllowed();
    };
  }

  private Admission admission(ScaleView view) {
    return new ScaleAdmission(registry.parts().admission(), view);
  }

  private ObjectNode patchedScale(Call call, PatchBody patch, ObjectNode scale) {
    var patched = patch.applied(call, scale, patches);
    try {
      bodies.conform(scaleOf(call.kind()), patched);
      return patched;
    } catch (ApiException e) {
      throw patch.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static Kind.Subresource scaleOf(Kind kind) {
    return kind.subresource("scale").orElseThrow(RequestHandler::notAllowed);
  }
}

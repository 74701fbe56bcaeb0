package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What dynamic admission looks at and asks.
 *
 * @param view the stored objects
 * @param authorizer who may do what, for expressions that ask
 * @param versions the versions of kinds
 * @param forms what changed objects must look like
 */
public record World(ObjectView view, Authorizer authorizer, Versions versions, Forms forms) {

  /** The kinds of this moment and their versions. */
  public interface Versions {

    /** The other versions under which objects of a kind are served. */
    List<Kind> others(Kind kind);

    /** An object in another version; the original is not changed. */
    ObjectNode converted(ObjectNode object, Kind from, Kind to);

    /** The kind of an apiVersion and a name; where there is one. */
    java.util.Optional<Kind> find(String apiVersion, String kind);
  }

  /** What an object must look like after somebody outside has changed it. */
  public interface Forms {

    /**
     * Gives an object the form of its kind, and fills in defaults, in place.
     *
     * @return what is wrong with fields that its kind has not
     * @throws dev.nauarch.api.ApiException when a value has a type that can't be read
     */
    List<String> settle(Kind kind, ObjectNode object);
  }
}

package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.crd.DefinitionStrategy;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.Strategies;
import dev.nauarch.apiserver.port.Strategy;
import java.util.Optional;

/**
 * Guards whose strategies also know the kind that defines other kinds.
 *
 * @param others makes all else
 */
record WithDefinitions(Guards.Maker others) implements Guards.Maker {

  @Override
  public Guards make(ObjectView view) {
    var made = others.make(view);
    return new Guards(
        made.authenticator(),
        made.authorizer(),
        made.admission(),
        new Definitions(made.strategies()),
        made.chores(),
        made.documents());
  }

  private record Definitions(Strategies others) implements Strategies {
    private static final Strategy DEFINITION = new DefinitionStrategy();

    @Override
    public Strategy of(Kind kind) {
      return kind.group().equals("apiextensions.k8s.io") ? DEFINITION : others.of(kind);
    }

    @Override
    public Optional<ResourceAction> action(Kind kind, String subresource) {
      return others.action(kind, subresource);
    }
  }
}

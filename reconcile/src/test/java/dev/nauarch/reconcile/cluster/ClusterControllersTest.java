package dev.nauarch.reconcile.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterControllersTest {

  private final World world = new World();
  private final GarbageCollector<ConfigMap> collector =
      new GarbageCollector<>(Resources.CONFIG_MAPS);

  private ConfigMap map(String name, ConfigMap... owners) {
    var references = List.of(owners).stream().map(Owners::controller).toList();
    return world.add(
        Resources.CONFIG_MAPS,
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withOwnerReferences(references)
            .endMetadata()
            .build());
  }

  private void delete(String name, String finalizer) {
    world.delete(Resources.CONFIG_MAPS, new ObjectKey("default", name), finalizer);
    world.settle(collector);
  }

  private List<String> maps() {
    return world.list(Resources.CONFIG_MAPS).stream()
        .map(each -> each.getMetadata().getName())
        .toList();
  }

  @Test
  void whatAGoneOwnerLeavesIsCollectedDownTheChain() {
    var root = map("root");
    map("leaf", map("branch", root));
    map("other");

    delete("root", "");

    assertEquals(List.of("other"), maps());
  }

  @Test
  void anObjectStaysForAsLongAsOneOfItsOwnersDoes() {
    var first = map("first");
    var second = map("second");
    map("child", first, second);

    delete("first", "");
    assertEquals(List.of("child", "second"), maps());
    var child = world.get(Resources.CONFIG_MAPS, new ObjectKey("default", "child")).orElseThrow();
    assertEquals(1, child.getMetadata().getOwnerReferences().size());

    delete("second", "");
    assertEquals(List.of(), maps());
  }

  @Test
  void inTheForegroundTheOwnerGoesLast() {
    var root = map("root");
    var child = map("child", root);
    world.change(
        Resources.CONFIG_MAPS,
        "child",
        each -> each.edit().editMetadata().addToFinalizers("test/slow").endMetadata().build());

    delete("root", "foregroundDeletion");
    assertEquals(List.of("child", "root"), maps());

    world.change(
        Resources.CONFIG_MAPS,
        child.getMetadata().getName(),
        each -> each.edit().editMetadata().removeFromFinalizers("test/slow").endMetadata().build());
    world.settle(collector);
    assertEquals(List.of(), maps());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void ownersInACircleDoNotWaitForEachOther(int length) {
    var first = map("m0");
    var last = first;
    for (var i = 1; i < length; i++) {
      last = map("m" + i, last);
    }
    var closing = Owners.controller(last);
    world.change(
        Resources.CONFIG_MAPS,
        "m0",
        each -> each.edit().editMetadata().withOwnerReferences(closing).endMetadata().build());
    map("other");

    delete("m" + length / 2, "foregroundDeletion");

    assertEquals(List.of("other"), maps());
  }

  @Test
  void inTheForegroundWhatHasAnotherOwnerStays() {
    var first = map("first");
    map("shared", first, map("second"));
    map("own", first);

    delete("first", "foregroundDeletion");

    assertEquals(List.of("second", "shared"), maps());
    var shared = world.get(Resources.CONFIG_MAPS, new ObjectKey("default", "shared")).orElseThrow();
    assertEquals("second", shared.getMetadata().getOwnerReferences().getFirst().getName());
    assertEquals(1, shared.getMetadata().getOwnerReferences().size());
  }

  @Test
  void inTheForegroundWhatMayHaveAnotherOwnerStays() {
    var stranger = new ConfigMap("v9", null, null, null, "Stranger", null);
    stranger.setMetadata(map("stranger").getMetadata());
    map("shared", map("first"), stranger);

    delete("first", "foregroundDeletion");

    assertTrue(maps().contains("shared"), maps()::toString);
  }

  @Test
  void orphansOutliveTheirOwner() {
    map("child", map("root"));

    delete("root", "orphan");

    assertEquals(List.of("child"), maps());
    assertTrue(
        world.list(Resources.CONFIG_MAPS).getFirst().getMetadata().getOwnerReferences().isEmpty());
  }

  @Test
  void anOwnerOfTheSameNameIsNotTheOwner() {
    var root = map("root");
    map("child", root);
    world.delete(Resources.CONFIG_MAPS, new ObjectKey("default", "root"), "");
    map("root");

    world.settle(collector);

    assertEquals(List.of("root"), maps());
  }

  private Namespace namespace(String name) {
    return world.add(
        Resources.NAMESPACES,
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(name)
            .addToFinalizers("test/held-by-spec")
            .endMetadata()
            .withNewSpec()
            .addToFinalizers("kubernetes")
            .endSpec()
            .build());
  }

  @Test
  void everyNamespaceHasItsAccountAndGetsItBack() {
    namespace("default");
    var accounts =
        new NamespaceContents<>(
            "serviceaccount-controller",
            Resources.SERVICE_ACCOUNTS,
            new ServiceAccountBuilder().withNewMetadata().withName("default").endMetadata().build(),
            UnaryOperator.identity());
    world.settle(accounts);
    world.delete(Resources.SERVICE_ACCOUNTS, new ObjectKey("default", "default"), "");
    world.settle(accounts);

    assertEquals(1, world.list(Resources.SERVICE_ACCOUNTS, "default").size());
  }

  @Test
  void aNamespaceIsEmptiedPodsFirstAndThenGoes() {
    namespace("default");
    map("config");
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("slow")
            .addToFinalizers("test/slow")
            .endMetadata()
            .build());
    world.delete(Resources.NAMESPACES, new ObjectKey("", "default"), "");
    var controller = new NamespaceReconciler();
    world.settle(controller);

    assertEquals(List.of("config"), maps());
    var namespace = world.list(Resources.NAMESPACES).getFirst();
    assertTrue(
        namespace.getStatus().getConditions().stream()
            .anyMatch(
                each ->
                    each.getType().equals("NamespaceFinalizersRemaining")
                        && each.getMessage().contains("test/slow in 1")));

    world.changePods(
        "slow", pod -> pod.edit().editMetadata().withFinalizers(List.of()).endMetadata().build());
    world.settle(controller);
    assertEquals(List.of(), maps());
    assertEquals(List.of(), world.list(Resources.NAMESPACES));
  }
}

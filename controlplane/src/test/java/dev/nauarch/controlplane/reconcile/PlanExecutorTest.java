package dev.nauarch.controlplane.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.reconcile.Command;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What becomes of plans that a cluster does not carry out. */
class PlanExecutorTest {

  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final TreeMap<String, ApiException> refusalByNamespace = new TreeMap<>();

  private ClusterClient client() {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, words) ->
                switch (method.getName()) {
                  case "create" -> create((HasMetadata) words[1]);
                  case "get" -> {
                    calls.add("get " + words[1]);
                    yield Optional.empty();
                  }
                  default -> throw new AssertionError(method.getName());
                });
  }

  private HasMetadata create(HasMetadata object) {
    calls.add("create " + object.getMetadata().getName());
    throw refusalByNamespace.get(object.getMetadata().getNamespace());
  }

  private static ApiException forbidden(List<FieldError> causes) {
    var details = new ApiException.Details("", "configmaps", "any", causes, 0);
    return new ApiException(ApiException.Reason.FORBIDDEN, "forbidden", details);
  }

  private static Command create(String namespace, String name) {
    var object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .build();
    return new Command.Create<>(Resources.CONFIG_MAPS, object);
  }

  private static Command confirm(String name) {
    var key = new ObjectKey("default", name);
    return new Command.Confirm(new Command.Fact.Absent(Resources.CONFIG_MAPS, key));
  }

  private PlanExecutor.Result execute(Command... commands) throws InterruptedException {
    var client = client();
    InstantSource clock = () -> Instant.EPOCH;
    try (var events = EventRecorder.start(client, clock);
        var caches = new SharedCaches(client);
        var executor = new PlanExecutor(client, events)) {
      var writes = new OwnWrites(caches, clock.instant());
      return executor.execute("it", List.of(commands), writes);
    }
  }

  @Test
  void whereANamespaceEndsOneObjectIsTriedAndTheRestOfThePlanIsDone() throws Exception {
    refusalByNamespace.put(
        "ending",
        forbidden(List.of(new FieldError(FieldError.Type.NAMESPACE_TERMINATING, "", "ends"))));
    var result =
        execute(
            create("ending", "a"),
            create("ending", "b"),
            create("ending", "c"),
            confirm("behind"),
            confirm("last"));
    assertInstanceOf(PlanExecutor.Result.Ending.class, result);
    assertEquals(List.of("create a", "get default/behind", "get default/last"), calls);
  }

  @Test
  void whatIsRefusedForAnotherReasonEndsThePlanToBeTriedAgain() throws Exception {
    refusalByNamespace.put("full", forbidden(List.of()));
    var result = execute(create("full", "a"), create("full", "b"), confirm("behind"));
    assertInstanceOf(PlanExecutor.Result.Refused.class, result);
    assertEquals(List.of("create a"), calls);
  }

  @Test
  void whatIsThereAlreadyIsLookedAtAgain() throws Exception {
    refusalByNamespace.put("late", ApiException.alreadyExists("", "configmaps", "a"));
    assertInstanceOf(PlanExecutor.Result.Outdated.class, execute(create("late", "a")));
  }
}

package dev.nauarch.reconcile.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the controller counts, and when it gives back what is not there. */
class QuotaReconcilerTest {

  private static final Resource<PartialObjectMetadata> CUSTOM =
      new Resource<>("x.io", "v1", "gadgets", "Gadget", true, PartialObjectMetadata.class);
  private static final Map<String, Quantity> HARD =
      Map.of(
          "pods", new Quantity("5"),
          "requests.cpu", new Quantity("4"),
          "count/gadgets.x.io", new Quantity("3"),
          "configmaps", new Quantity("3"),
          "other.io/thing", new Quantity("1"));

  private final World world = new World();
  private final QuotaReconciler reconciler = new QuotaReconciler();

  @BeforeEach
  void know() {
    world.know(CUSTOM);
    world.know(Resources.CONFIG_MAPS);
    QuotaUsage.LOOKED_AT.forEach(world::know);
    world.add(
        Resources.RESOURCE_QUOTAS,
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("q")
            .endMetadata()
            .withNewSpec()
            .withHard(HARD)
            .endSpec()
            .build());
  }

  private void pod(String name) {
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("c")
            .withNewResources()
            .addToRequests("cpu", new Quantity("500m"))
            .endResources()
            .endContainer()
            .endSpec()
            .build());
  }

  private ResourceQuota quota() {
    return world.get(Resources.RESOURCE_QUOTAS, new ObjectKey("default", "q")).orElseThrow();
  }

  private String used() {
    return Amounts.of(quota().getStatus().getUsed()).toString();
  }

  private String pods() {
    return Amounts.of(quota().getStatus().getUsed()).get("pods").toString();
  }

  /** What admission does before an object is made. */
  private void charge(String name, String amount) {
    world.<ResourceQuota>change(
        Resources.RESOURCE_QUOTAS,
        "q",
        quota ->
            quota.edit().editStatus().addToUsed(name, new Quantity(amount)).endStatus().build());
  }

  private void end(Pod pod) {
    world.delete(Resources.PODS, ObjectKey.of(pod), "");
  }

  private Pod pod() {
    return world.list(Resources.PODS).getFirst();
  }

  @Test
  void aNewQuotaIsCountedAndComesIntoForce() {
    pod("a");
    pod("b");
    world.add(
        Resources.CONFIG_MAPS,
        new ConfigMapBuilder().withNewMetadata().withName("m").endMetadata().build());
    var gadget = new PartialObjectMetadata();
    gadget.setMetadata(new ObjectMetaBuilder().withName("g").build());
    world.add(CUSTOM, gadget);
    world.settle(reconciler);
    assertEquals(Amounts.of(HARD).toString(), Amounts.of(quota().getStatus().getHard()).toString());
    assertEquals("configmaps=1,count/gadgets.x.io=1,pods=2,requests.cpu=1", used());
  }

  @Test
  void whatHasGoneOrEndedIsGivenBackAtOnce() {
    pod("a");
    pod("b");
    world.settle(reconciler);
    end(pod());
    world.settle(reconciler);
    assertEquals("configmaps=0,count/gadgets.x.io=0,pods=1,requests.cpu=500m", used());
    world.changePods(
        "b", pod -> pod.edit().withNewStatus().withPhase("Succeeded").endStatus().build());
    world.settle(reconciler);
    assertEquals("configmaps=0,count/gadgets.x.io=0,pods=0,requests.cpu=0", used());
  }

  @Test
  void whatIsChargedAndNotSeenMayBeOnItsWay() {
    pod("a");
    world.settle(reconciler);
    charge("pods", "2");
    world.settle(reconciler);
    assertEquals("2", pods());
    assertEquals(world.now().plus(QuotaReconciler.PATIENCE), world.wakeAt());
    // Nor is anything given back for what has gone meanwhile: nobody knows which of both it was.
    end(pod());
    world.settle(reconciler);
    assertEquals("2", pods());
    // It comes.
    pod("b");
    pod("c");
    world.settle(reconciler);
    assertEquals("2", pods());
    end(pod());
    world.settle(reconciler);
    assertEquals("1", pods());
  }

  @Test
  void whatWasChargedAndNeverMadeIsGivenBackAfterAWhile() {
    world.settle(reconciler);
    charge("pods", "3");
    world.settle(reconciler);
    world.pass(QuotaReconciler.PATIENCE);
    world.settle(reconciler);
    assertEquals("configmaps=0,count/gadgets.x.io=0,pods=0,requests.cpu=0", used());
  }

  @Test
  void anotherLimitComesIntoForceAndTakesItsUsageAlong() {
    pod("a");
    world.settle(reconciler);
    world.<ResourceQuota>change(
        Resources.RESOURCE_QUOTAS,
        "q",
        quota ->
            quota.edit().editSpec().withHard(Map.of("pods", new Quantity("1"))).endSpec().build());
    world.settle(reconciler);
    assertEquals("pods=1", used());
    assertEquals("pods=1", Amounts.of(quota().getStatus().getHard()).toString());
  }

  @Test
  void aScopeLeavesOutWhatIsNotInIt() {
    pod("a");
    world.<ResourceQuota>change(
        Resources.RESOURCE_QUOTAS,
        "q",
        quota -> quota.edit().editSpec().withScopes("BestEffort").endSpec().build());
    world.settle(reconciler);
    assertEquals("configmaps=0,count/gadgets.x.io=0,pods=0,requests.cpu=0", used());
  }

  @Test
  void aPodThatIsNotEndedInTimeStopsToCount() {
    pod("a");
    world.settle(reconciler);
    world.changePods(
        "a",
        pod ->
            pod.edit()
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:10Z")
                .withDeletionGracePeriodSeconds(10L)
                .withFinalizers("x/y")
                .endMetadata()
                .build());
    world.settle(reconciler);
    assertEquals("1", pods());
    world.pass(java.time.Duration.between(world.now(), world.wakeAt()));
    world.settle(reconciler);
    assertEquals("0", pods());
  }
}

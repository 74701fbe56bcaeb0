package dev.nauarch.scheduling.device;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimSpec;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimSpecBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimPlansTest {

  private static ResourceClaimSpec claim(String amount) {
    return new ResourceClaimSpecBuilder()
        .withNewDevices()
        .addNewRequest()
        .withName("r")
        .withNewExactly()
        .withDeviceClassName("gpu")
        .withNewCapacity()
        .addToRequests("memory", new Quantity(amount))
        .endCapacity()
        .endExactly()
        .endRequest()
        .endDevices()
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1Gi", "1xyz", "1e999999999"})
  void equalClaimsShareAPlanWhateverTheyAskFor(String amount) {
    var plans = new ClaimPlans();
    var plan = plans.add(claim(amount));
    assertSame(plan, plans.add(claim(amount)));
    assertNotSame(plan, plans.add(claim("3Gi")));
    plans.remove(claim(amount));
    plans.remove(claim(amount));
    assertNotSame(plan, plans.add(claim(amount)));
  }
}

package dev.nauarch.api.vertical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recommendation of 1 core and 1Gi makes of a container. */
class AdjustmentTest {

  private static VerticalPodAutoscaler autoscaler(String policy) {
    return ModelCodec.decode(
        bytes(
            "{'metadata':{'name':'v'},'spec':{'resourcePolicy':{'containerPolicies':["
                + policy
                + "]}},'status':{'recommendation':{'containerRecommendations':[{'containerName':'c',"
                + "'target':{'cpu':'1','memory':'1Gi'}}]}}}"),
        VerticalPodAutoscaler.RESOURCE);
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static PodSpec pod(String resources) {
    return ModelCodec.decode(
        bytes("{'containers':[{'name':'c','resources':" + resources + "},{'name':'other'}]}"),
        PodSpec.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {} | {} | cpu=1,memory=1Gi | ''
          {} | {'requests':{'cpu':'100m'},'limits':{'cpu':'250m','memory':'2Gi'}} | cpu=1,memory=1Gi | cpu=2500m,memory=1Gi
          {} | {'requests':{'cpu':'300m','memory':'1000'},'limits':{'cpu':'1','memory':'1000'}} | cpu=1,memory=1Gi | cpu=3333m,memory=1Gi
          {'containerName':'*','controlledValues':'RequestsOnly'} | {'requests':{'cpu':'100m'},'limits':{'cpu':'250m'}} | cpu=250m,memory=1Gi | ''
          {'containerName':'*','maxAllowed':{'cpu':'500m'},'minAllowed':{'memory':'2Gi'}} | {'requests':{'cpu':'1'},'limits':{'cpu':'2'}} | cpu=500m,memory=2Gi | cpu=1
          {'containerName':'*','maxAllowed':{'cpu':'500m'}},{'containerName':'c','maxAllowed':{'cpu':'700m'}} | {} | cpu=700m,memory=1Gi | ''
          """)
  void limitsKeepTheirProportionAndPoliciesHold(
      String policy, String resources, String requests, String limits) {
    var found =
        new Adjustment(autoscaler(policy.equals("{}") ? "" : policy), NamespaceBounds.NONE)
            .of(pod(resources));
    assertEquals(1, found.size());
    assertEquals(requests, found.getFirst().requests().toString());
    assertEquals(limits, found.getFirst().limits().toString());
  }

  @Test
  void aContainerThatIsLeftAloneGetsNothing() {
    var off = autoscaler("{'containerName':'c','mode':'Off'}");
    assertEquals(List.of(), new Adjustment(off, NamespaceBounds.NONE).of(pod("{}")));
  }

  @Test
  void limitRangesBoundRequestsByWhatLimitsWouldBe() {
    var bounds =
        new LimitBounds(
            Amounts.of("memory", Amount.parse("2Gi")),
            Amounts.of("cpu", Amount.parse("1200m")),
            Amounts.NONE);
    var tighter =
        bounds.and(
            new LimitBounds(Amounts.NONE, Amounts.of("cpu", Amount.parse("1")), Amounts.NONE));
    var pod = pod("{'requests':{'cpu':'100m'},'limits':{'cpu':'200m'}}");
    var found =
        new Adjustment(autoscaler(""), new NamespaceBounds(tighter, LimitBounds.NONE))
            .of(pod)
            .getFirst();
    assertEquals("cpu=500m,memory=2Gi", found.requests().toString());
    assertEquals("cpu=1", found.limits().toString());
  }

  /** Two containers with 1 core each, whose limits are 2 and 4 times what they ask for. */
  private static String inPodOf(String min, String max, String policy) {
    var autoscaler =
        ModelCodec.decode(
            bytes(
                "{'metadata':{'name':'v'},'spec':{'resourcePolicy':{'containerPolicies':["
                    + policy
                    + "]}},'status':{'recommendation':{'containerRecommendations':["
                    + "{'containerName':'a','target':{'cpu':'1'}},"
                    + "{'containerName':'b','target':{'cpu':'1'}}]}}}"),
            VerticalPodAutoscaler.RESOURCE);
    var pod =
        ModelCodec.decode(
            bytes(
                "{'containers':[{'name':'a','resources':{'requests':{'cpu':'100m'},"
                    + "'limits':{'cpu':'200m'}}},{'name':'b','resources':{'requests':"
                    + "{'cpu':'100m'},'limits':{'cpu':'400m'}}},{'name':'other','resources':"
                    + "{'requests':{'cpu':'1'},'limits':{'cpu':'1'}}}]}"),
            PodSpec.class);
    var pods =
        new LimitBounds(
            Amounts.of("cpu", Amount.parse(min)),
            Amounts.of("cpu", Amount.parse(max)),
            Amounts.NONE);
    var bounds = new NamespaceBounds(LimitBounds.NONE, LimitBounds.NONE).and("Pod", pods);
    return new Adjustment(autoscaler, bounds)
        .of(pod).stream().map(each -> each.requests() + " of " + each.limits()).toList().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 | 7 | | [cpu=1 of cpu=2, cpu=1 of cpu=4]
          1 | 4 | | [cpu=500m of cpu=1, cpu=500m of cpu=2]
          4 | 100 | | [cpu=1500m of cpu=3, cpu=1500m of cpu=6]
          1 | 1 | | [cpu=1 of cpu=2, cpu=1 of cpu=4]
          1 | 5 | {'containerName':'b','controlledValues':'RequestsOnly'} | [cpu=1 of cpu=2, cpu=400m of ]
          1 | 4 | {'containerName':'a','minAllowed':{'cpu':'700m'}} | [cpu=700m of cpu=1400m, cpu=500m of cpu=2]
          """)
  void limitRangesBoundWhatAPodHasAltogether(
      String min, String max, String policy, String expected) {
    assertEquals(expected, inPodOf(min, max, policy == null ? "" : policy));
  }

  @Test
  void theOldestOfSeveralIsTheStrongest() {
    var older = autoscaler("");
    older.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    var newer = autoscaler("");
    newer.getMetadata().setCreationTimestamp("2026-01-02T00:00:00Z");
    newer.getMetadata().setName("a");
    assertEquals(
        older, List.of(newer, older).stream().min(VerticalPodAutoscaler.STRONGEST_FIRST).get());
  }
}

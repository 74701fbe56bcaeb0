package dev.nauarch.apiserver.signing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.certificates.SigningRequest;
import dev.nauarch.apiserver.certificates.SigningRequests;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.User;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class ServingApprovalTest {

  private final MemoryView view =
      new MemoryView()
          .put("", "nodes", node("n1", "10.0.0.1", "10.96.0.7", "10.0.0.9", "127.0.0.1"))
          .put("", "nodes", node("n2", "10.0.0.2", "10.0.0.2", "10.0.0.2", "kubernetes.default"))
          .put("", "nodes", node("kubernetes", "10.0.0.3", "", "", ""))
          .put(
              "",
              "services",
              MemoryView.tree(
                  "{'metadata':{'namespace':'a','name':'s'},'spec':{'clusterIPs':['10.96.0.7']}}"))
          .put(
              "",
              "endpoints",
              MemoryView.tree(
                  "{'metadata':{'namespace':'default','name':'kubernetes'},"
                      + "'subsets':[{'addresses':[{'ip':'10.0.0.9'}]}]}"));

  private static ObjectNode node(String name, String a, String b, String c, String d) {
    var form =
        "{'metadata':{'name':'%s'},'status':{'addresses':["
            + "{'address':'%s'},{'address':'%s'},{'address':'%s'},{'address':'%s'}]}}";
    return MemoryView.tree(form.formatted(name, a, b, c, d));
  }

  private boolean isAllowed(String user, String group, String... names) throws Exception {
    var keys = SigningRequests.keys("EC");
    var request = SigningRequests.request(keys, user, List.of("system:nodes"), names);
    return new ServingApproval(view)
        .allows(
            User.of(user, List.of(group)),
            SigningRequest.read(Base64.getDecoder().decode(request)));
  }

  @Test
  void aNodeGetsItsOwnNameAndAddress() throws Exception {
    assertTrue(isAllowed("system:node:n1", "system:nodes", "dns:n1", "ip:10.0.0.1"));
    assertTrue(isAllowed("system:node:n2", "system:nodes", "ip:10.0.0.2"));
  }

  @Test
  void nobodyGetsWhatIsAnothers() throws Exception {
    for (var name :
        List.of(
            "dns:n2",
            "ip:10.0.0.2",
            "ip:10.0.0.8",
            "ip:10.96.0.7",
            "ip:10.0.0.9",
            "ip:127.0.0.1")) {
      assertFalse(isAllowed("system:node:n1", "system:nodes", "dns:n1", name), name);
    }
    assertFalse(isAllowed("system:node:n2", "system:nodes", "dns:kubernetes.default"));
    assertFalse(isAllowed("system:node:kubernetes", "system:nodes", "dns:kubernetes"));
  }

  @Test
  void onlyAgentsOfNodesThatAreThereGetAny() throws Exception {
    assertFalse(isAllowed("system:node:n1", "system:masters", "ip:10.0.0.1"));
    assertFalse(isAllowed("system:node:n7", "system:nodes", "dns:n7"));
    assertFalse(isAllowed("mallory", "system:nodes", "ip:10.0.0.1"));
  }
}

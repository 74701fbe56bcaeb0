package dev.nauarch.apiserver.strategy.workload;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.node.ObjectNode;

/** What a JobSet keeps over an update. */
class JobSetRulesTest {

  @Test
  void aJobSetThatIsSentAgainKeepsWhatTheQueueWroteIntoIt() {
    var manifest = "{'spec':{'replicatedJobs':[{'name':'w','template':{'spec':{'template':{}}}}]}}";
    var running = tree(manifest);
    JobSetRules.fill(running, tree("{}"));
    var metadata = JsonPointer.compile("/spec/replicatedJobs/0/template/spec/template/metadata");
    var marked = (ObjectNode) running.at(metadata.head());
    marked.set(
        "metadata",
        tree(
            "{'labels':{'kueue.x-k8s.io/podset':'w'},"
                + "'annotations':{'kueue.x-k8s.io/workload':'jobset-w','other':'gone'}}"));
    var sentAgain = tree(manifest);
    JobSetRules.fill(sentAgain, running);
    ((ObjectNode) running.at(metadata.appendProperty("annotations"))).remove("other");
    assertEquals(running, sentAgain);
  }
}

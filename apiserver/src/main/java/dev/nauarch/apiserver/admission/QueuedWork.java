package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Job or JobSet that names a queue starts suspended, so that nothing of it runs before the queue
 * admits it. A Job that a JobSet made is part of the JobSet, which waits for both.
 */
final class QueuedWork implements Admission {

  private static final String QUEUE_NAME = "kueue.x-k8s.io/queue-name";

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "batch", "Job")
        && !Requests.creates(request, "jobset.x-k8s.io", "JobSet")) {
      return;
    }
    var object = request.object().orElseThrow();
    var metadata = object.path("metadata");
    if (!metadata.path("labels").path(QUEUE_NAME).asString("").isEmpty()
        && !isPartOfJobSet(metadata)) {
      object.withObject("spec").put("suspend", true);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {}

  private static boolean isPartOfJobSet(JsonNode metadata) {
    for (var owner : metadata.path("ownerReferences")) {
      if (owner instanceof ObjectNode
          && owner.path("controller").asBoolean(false)
          && owner.path("kind").asString("").equals("JobSet")) {
        return true;
      }
    }
    return false;
  }
}

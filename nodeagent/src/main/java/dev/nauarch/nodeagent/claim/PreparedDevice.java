package dev.nauarch.nodeagent.claim;

import java.util.List;

/**
 * A device that a driver has made ready.
 *
 * @param requests the requests of the claim that it is for; none for all of them
 * @param pool the pool that it is of
 * @param device its name in the pool
 * @param cdiIds what the runtime finds it by
 * @param shareId tells shares of one device apart; empty for a whole device
 */
public record PreparedDevice(
    List<String> requests, String pool, String device, List<String> cdiIds, String shareId) {

  /** Keeps copies. */
  public PreparedDevice {
    requests = List.copyOf(requests);
    cdiIds = List.copyOf(cdiIds);
  }

  /** Whether a container sees it that asks for this request of the claim; empty for all of it. */
  public boolean isFor(String request) {
    var slash = request.indexOf('/');
    var base = slash < 0 ? request : request.substring(0, slash);
    return request.isEmpty()
        || requests.isEmpty()
        || requests.contains(request)
        || requests.contains(base);
  }
}

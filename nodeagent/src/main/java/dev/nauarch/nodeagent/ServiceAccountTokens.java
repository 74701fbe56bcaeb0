package dev.nauarch.nodeagent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Has tokens issued that let a pod speak as its service account: the TokenRequest API. */
public interface ServiceAccountTokens {

  /**
   * A token and when it stops to be good.
   *
   * @param value what is sent
   * @param expires when it stops to be good
   */
  record Token(String value, Instant expires) {}

  /**
   * A token that holds as long as its pod does.
   *
   * @param pod whose it is
   * @param serviceAccount as whom it speaks, in the pod's namespace
   * @param audiences who shall take it; empty for the API server
   * @param lifetime how long it is wanted for; the answer may say otherwise
   * @throws dev.nauarch.api.ApiException where it is refused
   */
  Token issue(PodIdentity pod, String serviceAccount, List<String> audiences, Duration lifetime);
}

package dev.nauarch.apiserver.authentication;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.authentication.TokenAuthenticator.Found;
import dev.nauarch.apiserver.port.ResourceAction;
import java.util.ArrayList;
import tools.jackson.databind.node.ObjectNode;

/** Answers TokenReview: whose token is this? */
public final class TokenReview implements ResourceAction {

  private final TokenAuthenticator tokens;

  /** Reviews these tokens. */
  public TokenReview(TokenAuthenticator tokens) {
    this.tokens = tokens;
  }

  @Override
  public ObjectNode post(Call call) {
    var review = call.body();
    var spec = review.withObject("spec");
    var token = spec.path("token").asString("");
    if (token.isEmpty()) {
      throw ApiException.badRequest("token is required for TokenReview in authentication");
    }
    var audiences = new ArrayList<String>();
    spec.path("audiences").forEach(audience -> audiences.add(audience.asString("")));
    if (audiences.isEmpty()) {
      audiences.add(ServiceAccountTokens.ISSUER);
    }
    var status = review.putObject("status");
    switch (tokens.find(token, audiences)) {
      case Found.Bearer(var user, var accepted) -> {
        status.put("authenticated", true);
        status.set("user", UserTree.of(user));
        accepted.forEach(status.putArray("audiences")::add);
      }
      case Found.Bad(var reason) -> status.put("error", reason);
      case Found.Nothing() -> status.put("error", "invalid bearer token");
    }
    return review;
  }
}

package dev.nauarch.apiserver.authentication;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.port.Authentication;
import dev.nauarch.apiserver.port.ResourceAction;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Answers TokenReview: whose token is this? */
public final class TokenReview implements ResourceAction {

  private final ServiceAccountTokens tokens;

  /** Reviews these tokens. */
  public TokenReview(ServiceAccountTokens tokens) {
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
    switch (tokens.authenticate(token, audiences)) {
      case Authentication.Known(var user) -> {
        status.put("authenticated", true);
        status.set("user", UserTree.of(user));
        var accepted = status.putArray("audiences");
        var named = tokens.claims(token).map(TokenClaims::audiences).orElse(List.of());
        named.stream().filter(audiences::contains).forEach(accepted::add);
      }
      case Authentication.Rejected(var reason) -> status.put("error", reason);
      case Authentication.None() -> status.put("authenticated", false);
    }
    return review;
  }
}

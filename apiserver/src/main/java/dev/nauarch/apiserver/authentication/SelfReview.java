package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.ResourceAction;
import tools.jackson.databind.node.ObjectNode;

/** Answers SelfSubjectReview: who does the server say that I am? */
public final class SelfReview implements ResourceAction {

  @Override
  public ObjectNode post(Call call) {
    var review = call.body();
    review.putObject("status").set("userInfo", UserTree.of(call.user()));
    return review;
  }
}

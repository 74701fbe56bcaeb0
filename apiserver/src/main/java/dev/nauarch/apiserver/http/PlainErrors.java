package dev.nauarch.apiserver.http;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.StatusObject;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty itself refuses (malformed HTTP) with a Status, and no word of its insides. */
final class PlainErrors implements Request.Handler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var code = response.getStatus() >= 400 ? response.getStatus() : 400;
    var failure =
        new ApiException(
            code < 500 ? ApiException.Reason.BAD_REQUEST : ApiException.Reason.INTERNAL_ERROR,
            code,
            code < 500 ? "the request is malformed" : "the request could not be served",
            ApiException.Details.NONE);
    response.setStatus(code);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(true, ByteBuffer.wrap(Json.write(StatusObject.failure(failure))), callback);
    return true;
  }
}

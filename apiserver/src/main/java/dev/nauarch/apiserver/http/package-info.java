/**
 * HTTP for the request handler: Jetty with TLS 1.3, HTTP/1.1 and HTTP/2, and optional client
 * certificates. Start at {@link dev.nauarch.apiserver.http.HttpServer}.
 *
 * <p>Jetty's own threads never block: requests that are answered from memory are answered on them,
 * all others get a virtual thread.
 */
@NullMarked
package dev.nauarch.apiserver.http;

import org.jspecify.annotations.NullMarked;

/**
 * A request from its path to its answer, without a transport: routes, query parameters, content
 * negotiation, identity, the verbs of the registry, and the form of the answer. Start at {@link
 * dev.nauarch.apiserver.request.RequestHandler}.
 */
@NullMarked
package dev.nauarch.apiserver.request;

import org.jspecify.annotations.NullMarked;

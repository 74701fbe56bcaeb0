/** Requests that the server passes on to other servers, over real connections. */
@NullMarked
package dev.nauarch.apiserver.onward;

import org.jspecify.annotations.NullMarked;

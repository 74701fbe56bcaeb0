/**
 * What lies in every store before the first request is answered, since requests are decided by it:
 * roles, bindings and the priority classes of the system. Start at {@link
 * dev.nauarch.apiserver.bootstrap.BootstrapObjects}. May import {@code authorization} and {@code
 * object}.
 */
@NullMarked
package dev.nauarch.apiserver.bootstrap;

import org.jspecify.annotations.NullMarked;

/** The rules of roles and bindings. */
@NullMarked
package dev.nauarch.apiserver.strategy.rbac;

import org.jspecify.annotations.NullMarked;

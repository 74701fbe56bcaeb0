/** The rules of leases. */
@NullMarked
package dev.nauarch.apiserver.strategy.coordination;

import org.jspecify.annotations.NullMarked;

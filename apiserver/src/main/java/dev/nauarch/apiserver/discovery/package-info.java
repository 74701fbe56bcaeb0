/**
 * Which groups, versions and kinds the server offers, as documents that clients read first. Derived
 * from the catalog alone. Start at {@link dev.nauarch.apiserver.discovery.Discovery}.
 */
@NullMarked
package dev.nauarch.apiserver.discovery;

import org.jspecify.annotations.NullMarked;

/** The reviews of who somebody is and what they may do, and tokens. */
@NullMarked
package dev.nauarch.apiserver.strategy.access;

import org.jspecify.annotations.NullMarked;

/** HTTP data path. */
@NullMarked
package dev.nauarch.gateway;

import org.jspecify.annotations.NullMarked;

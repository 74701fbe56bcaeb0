/** Puts a whole cluster together in this process. */
@NullMarked
package dev.nauarch.launcher.server;

import org.jspecify.annotations.NullMarked;

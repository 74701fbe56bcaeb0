/**
 * The cluster client of the server's own process: no socket, and one decoded object per change that
 * all watchers share. Its requests are authorized and admitted like everybody's. Start at {@link
 * dev.nauarch.apiserver.inprocess.InProcessClient}.
 */
@NullMarked
package dev.nauarch.apiserver.inprocess;

import org.jspecify.annotations.NullMarked;

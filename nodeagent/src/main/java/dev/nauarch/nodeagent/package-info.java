/** Pods on a machine. */
@NullMarked
package dev.nauarch.nodeagent;

import org.jspecify.annotations.NullMarked;

/** How this module calls the kernel where Java has no words for what it does. */
@NullMarked
package dev.nauarch.nodeagent.system;

import org.jspecify.annotations.NullMarked;

/** What would come of a manifest, without creating anything. */
@NullMarked
package dev.nauarch.launcher.plan;

import org.jspecify.annotations.NullMarked;

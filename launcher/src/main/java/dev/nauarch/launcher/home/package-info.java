/** What a cluster keeps on disk, and the user's kubeconfig. */
@NullMarked
package dev.nauarch.launcher.home;

import org.jspecify.annotations.NullMarked;

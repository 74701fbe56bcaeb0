/** One Kubernetes client port. */
@NullMarked
package dev.nauarch.client;

import org.jspecify.annotations.NullMarked;

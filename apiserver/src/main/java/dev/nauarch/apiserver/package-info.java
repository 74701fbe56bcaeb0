/** The Kubernetes API server. */
@NullMarked
package dev.nauarch.apiserver;

import org.jspecify.annotations.NullMarked;

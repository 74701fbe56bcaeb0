/** The rules of bundles of certificates that the cluster trusts, and of certificates of pods. */
@NullMarked
package dev.nauarch.apiserver.strategy.trust;

import org.jspecify.annotations.NullMarked;

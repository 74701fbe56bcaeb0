/** The rules of volumes, claims and the kinds of storage.k8s.io. */
@NullMarked
package dev.nauarch.apiserver.strategy.storage;

import org.jspecify.annotations.NullMarked;

/** Store over etcd. */
@NullMarked
package dev.nauarch.store.etcd;

import org.jspecify.annotations.NullMarked;

/**
 * What every adapter of the store must do. An adapter's test implements {@link
 * dev.nauarch.store.contract.StoreContract} and {@link dev.nauarch.store.contract.WatchContract}.
 */
@NullMarked
package dev.nauarch.store.contract;

import org.jspecify.annotations.NullMarked;

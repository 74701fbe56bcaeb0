/**
 * Writes stored objects anew for whoever asks by a StorageVersionMigration: in the version in which
 * they are stored today, and encrypted by the key of today. {@link
 * dev.nauarch.apiserver.migration.StorageMigrations} does it, one resource after the other.
 */
@NullMarked
package dev.nauarch.apiserver.migration;

import org.jspecify.annotations.NullMarked;

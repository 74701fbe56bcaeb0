/**
 * Images as registries have them: their names, what speaks for whoever asks, and the protocol.
 *
 * <p>Start at {@link dev.nauarch.nodeagent.image.registry.RegistryClient}. Whatever it gives was
 * held against its digest.
 */
@NullMarked
package dev.nauarch.nodeagent.image.registry;

import org.jspecify.annotations.NullMarked;

package dev.nauarch.apiserver.registry;

import dev.nauarch.apiserver.encryption.EncryptedStore;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.Strategies;
import dev.nauarch.apiserver.watch.WatchCache;
import java.time.InstantSource;

/**
 * What the registry is made of.
 *
 * @param store where objects lie
 * @param cache what is remembered of it
 * @param admission changes and checks writes
 * @param strategies what is peculiar to kinds
 * @param schemas what schemas say
 * @param ownership who owns which field
 * @param forms how readers see what is stored
 * @param clock the time
 */
public record Parts(
    EncryptedStore store,
    WatchCache cache,
    Admission admission,
    Strategies strategies,
    SchemaRules schemas,
    FieldOwnership ownership,
    ServedForms forms,
    InstantSource clock) {}

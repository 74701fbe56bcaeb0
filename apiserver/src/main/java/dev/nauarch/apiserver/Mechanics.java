package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.registry.FieldOwnership;
import dev.nauarch.apiserver.registry.SchemaRules;
import dev.nauarch.apiserver.registry.ServedForms;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.RequestHandler.Formats;
import java.util.function.Supplier;

/**
 * What is derived from the catalog.
 *
 * @param catalog the kinds of this moment
 * @param schemas defaults, pruning, validation
 * @param ownership managed fields and apply
 * @param forms how readers see what is stored
 * @param formats formats, tables, patches
 * @param documents discovery and OpenAPI
 */
public record Mechanics(
    Supplier<Catalog> catalog,
    SchemaRules schemas,
    FieldOwnership ownership,
    ServedForms forms,
    Formats formats,
    Documents documents) {}

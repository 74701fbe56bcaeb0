/**
 * Writes down who did what. {@link dev.nauarch.apiserver.audit.AuditPolicy} says of which requests
 * how much is kept, {@link dev.nauarch.apiserver.audit.Auditor} collects it while a request is
 * answered, and {@link dev.nauarch.apiserver.audit.AuditLog} writes it to a file, off the way of
 * requests.
 */
@NullMarked
package dev.nauarch.apiserver.audit;

import org.jspecify.annotations.NullMarked;

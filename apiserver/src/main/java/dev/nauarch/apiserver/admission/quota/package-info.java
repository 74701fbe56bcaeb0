/**
 * Charges what a namespace's quotas limit, and refuses what would exceed them. Start at {@link
 * dev.nauarch.apiserver.admission.quota.QuotaAdmission}.
 */
@NullMarked
package dev.nauarch.apiserver.admission.quota;

import org.jspecify.annotations.NullMarked;

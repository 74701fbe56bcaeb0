/**
 * What objects count for in a ResourceQuota: the one reckoning that admission and the quota
 * controller share. Start at {@link dev.nauarch.api.quota.Counting}.
 */
@NullMarked
package dev.nauarch.api.quota;

import org.jspecify.annotations.NullMarked;

/**
 * Admission that users define: webhooks and policies. Start at {@link
 * dev.nauarch.apiserver.admission.dynamic.DynamicAdmission}. What is defined is read from memory,
 * prepared once for each change, and costs a request that it is not about next to nothing.
 */
@NullMarked
package dev.nauarch.apiserver.admission.dynamic;

import org.jspecify.annotations.NullMarked;

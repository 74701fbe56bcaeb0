/**
 * Changes and refuses writes by rules that reach beyond one kind: namespaces must exist, pods get
 * their account, priority and tolerations, claims their storage class, queued work starts
 * suspended. Start at {@link dev.nauarch.apiserver.admission.AdmissionChain}. May import {@code
 * port} only.
 */
@NullMarked
package dev.nauarch.apiserver.admission;

import org.jspecify.annotations.NullMarked;

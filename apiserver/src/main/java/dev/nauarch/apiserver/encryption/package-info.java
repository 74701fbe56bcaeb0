/**
 * Encrypts what lies in the store, as Kubernetes does: in the same forms, by the same file. {@link
 * dev.nauarch.apiserver.encryption.EncryptedStore} stands between the server and its store, {@link
 * dev.nauarch.apiserver.encryption.Encryption} knows by which keys, and reads the file anew.
 */
@NullMarked
package dev.nauarch.apiserver.encryption;

import org.jspecify.annotations.NullMarked;

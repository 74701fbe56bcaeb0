/** What clients meet that send what they should not, over the real wire. */
@NullMarked
package dev.nauarch.apiserver.wire;

import org.jspecify.annotations.NullMarked;

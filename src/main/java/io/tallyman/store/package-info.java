/**
 * Where objects come from: the store, how its addresses are written, and whose keys open it. Secrets live here and in
 * {@code sign} only; nothing here opens a connection but Alibaba's library, where a store's credentials come from a role.
 */
@NullMarked
package io.tallyman.store;

import org.jspecify.annotations.NullMarked;

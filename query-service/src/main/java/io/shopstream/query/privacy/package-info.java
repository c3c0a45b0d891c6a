/** What a user may ask for: everything that is held of them. */
package io.shopstream.query.privacy;

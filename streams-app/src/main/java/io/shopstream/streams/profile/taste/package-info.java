/** What a user is drawn to; plain maths. */
package io.shopstream.streams.profile.taste;

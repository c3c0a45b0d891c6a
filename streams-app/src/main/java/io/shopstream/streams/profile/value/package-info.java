/** What a user bought and what follows from it; plain maths. */
package io.shopstream.streams.profile.value;

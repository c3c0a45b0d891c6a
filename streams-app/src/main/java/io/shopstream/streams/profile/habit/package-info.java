/** When and with what a user does things; plain maths. */
package io.shopstream.streams.profile.habit;

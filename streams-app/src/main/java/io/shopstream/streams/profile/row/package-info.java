/** Binary forms that the rows of profiles are made of. */
package io.shopstream.streams.profile.row;

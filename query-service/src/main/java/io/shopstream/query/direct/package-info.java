/** Answers that are given in front of Micronaut, on the connection's event loop. */
package io.shopstream.query.direct;

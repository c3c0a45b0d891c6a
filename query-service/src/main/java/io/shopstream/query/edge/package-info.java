/** The edge of the service: who may ask for what, how much, and under which name it is logged. */
package io.shopstream.query.edge;

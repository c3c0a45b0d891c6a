/** The hottest methods alone: nanoseconds and bytes allocated a call. */
package io.shopstream.bench.micro;

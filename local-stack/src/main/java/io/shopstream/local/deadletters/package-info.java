/** Looks into the dead letters and sends them on their way again. */
package io.shopstream.local.deadletters;

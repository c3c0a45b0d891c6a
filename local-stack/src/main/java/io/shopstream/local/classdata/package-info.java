/** Archives of loaded classes, by which programs start with less work. */
package io.shopstream.local.classdata;

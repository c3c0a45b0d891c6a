/** The pages for people, and the script that shops embed. */
package io.shopstream.query.web;

package io.shopstream.streams.state;

import io.micronaut.context.annotation.ConfigurationProperties;

/**
 * Who may read the state of this instance.
 *
 * @param secret that others have to say; empty when it is in a file, or there is none
 * @param secretFile file that holds it; empty for none
 * @param open whether others may reach this instance where there is no secret
 */
@ConfigurationProperties("state")
record StateAccess(String secret, String secretFile, boolean open) {}

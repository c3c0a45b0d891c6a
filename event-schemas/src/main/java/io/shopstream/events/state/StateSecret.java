package io.shopstream.events.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * What a process says to be let in to the state endpoint of another: the same word in all of them,
 * sent as {@code Authorization: Bearer …}. It shows nowhere, also not in {@link #toString}.
 */
public final class StateSecret {

  /** Shortest secret, in characters. */
  public static final int SHORTEST = 16;

  private static final String SCHEME = "Bearer ";

  private final byte[] header;

  private StateSecret(String secret) {
    this.header = (SCHEME + secret).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The configured secret.
   *
   * @param secret itself; blank when it is not given so
   * @param file that holds it and nothing else; blank for none
   * @return empty when neither is given
   * @throws IllegalArgumentException when both are given, or the secret is too short to be one
   * @throws UncheckedIOException when the file cannot be read
   */
  public static Optional<StateSecret> configured(String secret, String file) {
    if (secret.isBlank() && file.isBlank()) {
      return Optional.empty();
    }
    if (!secret.isBlank() && !file.isBlank()) {
      throw new IllegalArgumentException("Give STATE_SECRET or STATE_SECRET_FILE, not both");
    }
    var word = secret.isBlank() ? read(file) : secret.strip();
    if (word.length() < SHORTEST
        || !word.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
      throw new IllegalArgumentException(
          "The state secret must be %d or more characters of ASCII without blanks; make one: openssl rand -hex 32"
              .formatted(SHORTEST));
    }
    return Optional.of(new StateSecret(word));
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "STATE_SECRET_FILE names a file that cannot be read: " + file, e);
    }
  }

  /** Value of the header {@code Authorization}. */
  public String header() {
    return new String(header, StandardCharsets.UTF_8);
  }

  /**
   * Whether a header says the secret, in a time that does not tell how much of it is right.
   *
   * @param authorization null when the request has none
   */
  public boolean admits(String authorization) {
    return authorization != null
        && MessageDigest.isEqual(header, authorization.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "a secret";
  }
}

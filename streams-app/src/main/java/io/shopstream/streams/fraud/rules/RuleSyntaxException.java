package io.shopstream.streams.fraud.rules;

/** A rule file that cannot be understood; the message names file, line, column and what to do. */
public final class RuleSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  RuleSyntaxException(String source, int line, int column, String problem) {
    super(source + ":" + line + ":" + column + ": " + problem);
  }
}

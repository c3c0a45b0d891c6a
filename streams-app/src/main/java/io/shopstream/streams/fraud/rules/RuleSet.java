package io.shopstream.streams.fraud.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The rules of a file, in its order. Immutable; to reload, parse again and swap.
 *
 * <pre>{@code
 * version 7
 *
 * list blocked_devices = "farm-1", "farm-2"
 * list trusted_users from "trusted-users.txt"       # one id a line, beside this file
 *
 * rule blocked: decline when device in blocked_devices because "the device is blocked"
 * rule trusted: approve when user in trusted_users and order.amount <= 500
 * rule rush:    review  when order.seconds_since_signup < 1 min and not user in trusted_users
 * shadow rule crowd: decline when device.users_1d >= 5 or card.users_30d >= 4
 * }</pre>
 *
 * Numbers may carry {@code %} (of 1) or {@code s}, {@code min}, {@code h}, {@code d} (in seconds).
 * {@code score} is the model's probability; the features are those of {@code Features.names()}.
 *
 * @param version the version the file gives itself
 * @param rules the rules
 */
public record RuleSet(long version, List<Rule> rules) {

  /** No rules. */
  public static final RuleSet NONE = new RuleSet(0, List.of());

  public RuleSet {
    rules = List.copyOf(rules);
  }

  /** Where the lists that a file names by «from» come from. */
  public interface ListFiles {
    /**
     * The lines of a list.
     *
     * @throws IOException when it cannot be read
     */
    List<String> lines(String name) throws IOException;
  }

  /**
   * Reads a file and the lists beside it.
   *
   * @throws RuleSyntaxException naming file, line and column
   * @throws IOException when the file cannot be read
   */
  public static RuleSet read(Path file) throws IOException {
    return parse(
        file.toString(),
        Files.readString(file, StandardCharsets.UTF_8),
        name -> Files.readAllLines(file.resolveSibling(name), StandardCharsets.UTF_8));
  }

  /**
   * Parses rules.
   *
   * @param source how errors name the text
   * @throws RuleSyntaxException naming source, line and column
   */
  public static RuleSet parse(String source, String text, ListFiles lists) {
    return new RuleParser(source, text, lists).parse();
  }

  /** The rules that fire, the shadow ones included, in the order of the file. */
  public List<Rule> firing(Subject subject) {
    return rules.stream().filter(rule -> rule.fires(subject)).toList();
  }
}

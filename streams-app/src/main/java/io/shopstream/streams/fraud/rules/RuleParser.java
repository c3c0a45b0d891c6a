package io.shopstream.streams.fraud.rules;

import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.Features;
import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import io.shopstream.streams.fraud.rules.Condition.Comparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recursive descent over the text of {@link RuleSet}. */
final class RuleParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<text>\"[^\"\n]*\")"
              + "|(?<number>-?[0-9]+(?:\\.[0-9]+)?)"
              + "|(?<word>[A-Za-z_][A-Za-z0-9_.-]*)"
              + "|(?<sign><=|>=|!=|==|[<>=():,%\\[\\]])");

  private static final Map<String, Double> UNITS =
      Map.of("s", 1.0, "min", 60.0, "h", 3600.0, "d", 86_400.0);

  private static final int DEEPEST_NESTING = 100;

  private enum Kind {
    TEXT,
    NUMBER,
    WORD,
    SIGN,
    END
  }

  private record Token(Kind kind, String text, int line, int column, boolean startsLine) {
    boolean is(String expected) {
      return kind != Kind.TEXT && text.equals(expected);
    }

    String shown() {
      return kind == Kind.END ? "the end of the file" : "«" + text + "»";
    }
  }

  private final String source;
  private final RuleSet.ListFiles files;
  private final List<Token> tokens;
  private final Map<String, Set<String>> lists = new HashMap<>();
  private int at;
  private int depth;

  RuleParser(String source, String text, RuleSet.ListFiles files) {
    this.source = source;
    this.files = files;
    this.tokens = tokens(text);
  }

  private List<Token> tokens(String text) {
    List<Token> found = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher matcher = TOKEN.matcher(line);
      int position = 0;
      boolean first = true;
      while (position < line.length() && line.charAt(position) != '#') {
        char c = line.charAt(position);
        if (Character.isWhitespace(c)) {
          position++;
          continue;
        }
        matcher.region(position, line.length());
        if (!matcher.lookingAt()) {
          String problem =
              c == '"'
                  ? "a text in quotes ends on its line; add the closing \""
                  : "unexpected «" + c + "»";
          throw new RuleSyntaxException(source, i + 1, position + 1, problem);
        }
        String value = matcher.group();
        Kind kind = kind(matcher);
        String content = kind == Kind.TEXT ? value.substring(1, value.length() - 1) : value;
        found.add(new Token(kind, content, i + 1, position + 1, first));
        first = false;
        position = matcher.end();
      }
    }
    found.add(new Token(Kind.END, "", lines.size() + 1, 1, true));
    return found;
  }

  private static Kind kind(Matcher matcher) {
    if (matcher.group("text") != null) {
      return Kind.TEXT;
    }
    if (matcher.group("number") != null) {
      return Kind.NUMBER;
    }
    return matcher.group("word") != null ? Kind.WORD : Kind.SIGN;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    Token token = tokens.get(at);
    if (token.kind != Kind.END) {
      at++;
    }
    return token;
  }

  private boolean take(String expected) {
    if (peek().is(expected)) {
      at++;
      return true;
    }
    return false;
  }

  private RuleSyntaxException error(Token token, String problem) {
    return new RuleSyntaxException(source, token.line, token.column, problem);
  }

  private void expect(String expected, String where) {
    if (!take(expected)) {
      throw error(peek(), "expected «" + expected + "» " + where + ", found " + peek().shown());
    }
  }

  private Token expectWord(String what) {
    Token token = next();
    if (token.kind != Kind.WORD) {
      throw error(token, "expected " + what + ", found " + token.shown());
    }
    return token;
  }

  RuleSet parse() {
    if (!take("version")) {
      throw error(
          peek(), "a rule file starts with its version, say «version 1»; found " + peek().shown());
    }
    Token number = next();
    if (number.kind != Kind.NUMBER || !number.text.matches("[0-9]{1,18}")) {
      throw error(number, "expected a whole number after «version», found " + number.shown());
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (peek().kind != Kind.END) {
      Token start = next();
      boolean shadow = start.is("shadow");
      if (start.is("list")) {
        list();
      } else if (start.is("rule") || (shadow && take("rule"))) {
        Token name = peek();
        Rule rule = rule(shadow);
        if (!names.add(rule.name())) {
          throw error(name, "a second rule of the name «" + rule.name() + "»; give it another");
        }
        rules.add(rule);
      } else {
        throw error(start, "expected «list», «rule» or «shadow rule», found " + start.shown());
      }
    }
    return new RuleSet(Long.parseLong(number.text), rules);
  }

  private void list() {
    Token name = expectWord("the name of the list");
    if (lists.containsKey(name.text)) {
      throw error(name, "a second list of the name «" + name.text + "»; give it another");
    }
    if (!take("from")) {
      expect("=", "or «from» after the name of the list");
      lists.put(name.text, values());
      return;
    }
    Token file = next();
    if (file.kind != Kind.TEXT) {
      throw error(file, "expected the name of a file in quotes after «from»");
    }
    try {
      Set<String> entries = new LinkedHashSet<>();
      for (String line : files.lines(file.text)) {
        String entry = line.strip();
        if (!entry.isEmpty() && !entry.startsWith("#")) {
          entries.add(entry);
        }
      }
      lists.put(name.text, entries);
    } catch (IOException e) {
      throw error(file, "the list «" + file.text + "» cannot be read: " + e);
    }
  }

  private Set<String> values() {
    Set<String> values = new LinkedHashSet<>();
    do {
      Token value = next();
      if (value.kind == Kind.SIGN || value.kind == Kind.END) {
        throw error(value, "expected a value of the list, found " + value.shown());
      }
      values.add(value.text);
    } while (take(","));
    return values;
  }

  private Rule rule(boolean shadow) {
    Token name = expectWord("the name of the rule");
    expect(":", "after the name of the rule");
    Token word = expectWord("what the rule does: approve, review or decline");
    Action action =
        switch (word.text) {
          case "approve" -> Action.APPROVE;
          case "review" -> Action.REVIEW;
          case "decline" -> Action.DECLINE;
          default ->
              throw error(word, "a rule does approve, review or decline; found " + word.shown());
        };
    expect("when", "after «" + word.text + "»");
    Condition condition = any();
    String because = "rule " + name.text;
    if (take("because")) {
      Token reason = next();
      if (reason.kind != Kind.TEXT) {
        throw error(reason, "expected the reason in quotes after «because»");
      }
      because = reason.text;
    }
    Token after = peek();
    if (!after.startsLine) {
      throw error(
          after, "expected «and», «or», «because» or the next line, found " + after.shown());
    }
    return new Rule(name.text, action, shadow, because, condition);
  }

  private Condition any() {
    List<Condition> parts = new ArrayList<>();
    do {
      parts.add(all());
    } while (take("or"));
    return parts.size() == 1 ? parts.get(0) : new Condition.Any(List.copyOf(parts));
  }

  private Condition all() {
    List<Condition> parts = new ArrayList<>();
    do {
      parts.add(single());
    } while (take("and"));
    return parts.size() == 1 ? parts.get(0) : new Condition.All(List.copyOf(parts));
  }

  private Condition single() {
    if (++depth > DEEPEST_NESTING) {
      throw error(peek(), "more than " + DEEPEST_NESTING + " nested conditions; simplify the rule");
    }
    Condition condition = negatedOrBracketedOrPlain();
    depth--;
    return condition;
  }

  private Condition negatedOrBracketedOrPlain() {
    if (take("not")) {
      return new Condition.Not(single());
    }
    if (take("(")) {
      Condition inner = any();
      expect(")", "to close the bracket");
      return inner;
    }
    Token what = expectWord("a feature, a party or an attribute");
    if (peek().is("in") || peek().is("not")) {
      boolean negated = take("not");
      expect("in", "after «not»");
      Condition in = in(what);
      return negated ? new Condition.Not(in) : in;
    }
    if (take("is")) {
      boolean negated = take("not");
      expect("unknown", "after «is»");
      Condition unknown = new Condition.Unknown(feature(what));
      return negated ? new Condition.Not(unknown) : unknown;
    }
    if (what.is("score")) {
      return new Condition.OfScore(comparison(), number());
    }
    return new Condition.OfFeature(feature(what), comparison(), number());
  }

  private Condition in(Token what) {
    Set<String> values = take("[") ? valuesInBrackets() : named();
    for (EntityType type : EntityType.values()) {
      if (what.is(type.key())) {
        return new Condition.PartyIn(type, Set.copyOf(values));
      }
    }
    for (Attribute attribute : Attribute.values()) {
      if (what.is(attribute.key())) {
        Set<String> lower = new HashSet<>();
        values.forEach(value -> lower.add(value.toLowerCase(Locale.ROOT)));
        return new Condition.AttributeIn(attribute, Set.copyOf(lower));
      }
    }
    Set<String> possible = new LinkedHashSet<>();
    for (EntityType type : EntityType.values()) {
      possible.add(type.key());
    }
    for (Attribute attribute : Attribute.values()) {
      possible.add(attribute.key());
    }
    throw error(
        what,
        what.shown() + " is nothing a list can hold; it can hold " + String.join(", ", possible));
  }

  private Set<String> valuesInBrackets() {
    Set<String> values = values();
    expect("]", "to close the list");
    return values;
  }

  private Set<String> named() {
    Token list = expectWord("the name of a list, or values in [ ]");
    if (!lists.containsKey(list.text)) {
      throw error(
          list, "no list «" + list.text + "» above this line" + nearest(list.text, lists.keySet()));
    }
    return lists.get(list.text);
  }

  private int feature(Token token) {
    OptionalInt index = Features.find(token.text);
    if (index.isEmpty()) {
      throw error(token, "no feature «" + token.text + "»" + nearest(token.text, Features.names()));
    }
    if (Features.isCode(index.getAsInt())) {
      String attribute = token.text.substring(token.text.indexOf('.') + 1);
      throw error(
          token, "«" + token.text + "» is not a number; write " + attribute + " in [\"…\"]");
    }
    return index.getAsInt();
  }

  private Comparison comparison() {
    Token token = next();
    return switch (token.kind == Kind.SIGN ? token.text : "") {
      case "<" -> Comparison.BELOW;
      case "<=" -> Comparison.AT_MOST;
      case "=", "==" -> Comparison.EQUAL;
      case "!=" -> Comparison.UNEQUAL;
      case ">=" -> Comparison.AT_LEAST;
      case ">" -> Comparison.ABOVE;
      default -> throw error(token, "expected one of < <= = != >= >, found " + token.shown());
    };
  }

  private double number() {
    Token token = next();
    if (token.kind != Kind.NUMBER) {
      throw error(token, "expected a number, found " + token.shown());
    }
    double value = Double.parseDouble(token.text);
    if (take("%")) {
      return value / 100;
    }
    Token unit = peek();
    if (unit.kind == Kind.WORD && UNITS.containsKey(unit.text) && !unit.startsLine) {
      next();
      return value * UNITS.get(unit.text);
    }
    return value;
  }

  private static String nearest(String name, Iterable<String> candidates) {
    String best = "";
    int least = Math.max(3, name.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : "; did you mean «" + best + "»?";
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}

package io.shopstream.query.recommend;

import static io.shopstream.query.json.FieldRules.bool;
import static io.shopstream.query.json.FieldRules.decimal;
import static io.shopstream.query.json.FieldRules.id;
import static io.shopstream.query.json.FieldRules.ids;
import static io.shopstream.query.json.FieldRules.integer;
import static io.shopstream.query.json.FieldRules.money;
import static io.shopstream.query.json.FieldRules.objects;
import static io.shopstream.query.json.FieldRules.oneOf;
import static io.shopstream.query.json.FieldRules.text;
import static io.shopstream.query.json.FieldRules.texts;

import io.shopstream.query.json.Ids;
import io.shopstream.query.json.JsonShape;
import io.shopstream.query.problem.Parameters;
import io.shopstream.query.problem.ProblemException;
import io.shopstream.query.recommend.rules.Boost;
import io.shopstream.query.recommend.rules.Rules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What a request asks for beside whom it is for: the rules, and how the answer is made. Read from
 * query parameters or from the fields of a body, which have the same names and bounds.
 */
class Wishes {

  static final int DEFAULT_LIMIT = 10;
  private static final int MOST_EXCLUDED = 1_000;
  private static final int MOST_NAMES = 50;
  private static final int MOST_BOOSTS = 50;
  private static final int MOST_NAME = 128;
  private static final double LEAST_SHARE = 0.01;
  private static final double MOST_FACTOR = 1 / Boost.LEAST_FACTOR;

  private int limit = DEFAULT_LIMIT;
  private Evidence kind = Evidence.VIEWED;
  private List<String> exclude = List.of();
  private boolean excludeBought;
  private boolean onlyAvailable = true;
  private List<String> categories = List.of();
  private List<String> brands = List.of();
  private Long minPrice;
  private Long maxPrice;
  private List<Boost> boosts = List.of();
  private OptionalDouble diversity = OptionalDouble.empty();
  private int maxPerBrand = Rules.MOST_LIMIT;
  private double maxCategoryShare = 1;
  private boolean reasons;
  private String strategy;
  private String userId;
  private List<String> sources = List.of();

  /** How a parameter is read into its place. */
  private static final Map<String, BiConsumer<Wishes, List<String>>> PARAMETERS = parameters();

  private static Map<String, BiConsumer<Wishes, List<String>>> parameters() {
    var readers = new HashMap<String, BiConsumer<Wishes, List<String>>>();
    readers.put(
        "limit",
        one(
            "limit",
            (wishes, given) ->
                wishes.limit =
                    Parameters.number("limit", given, 1, Rules.MOST_LIMIT, DEFAULT_LIMIT)));
    readers.put("kind", one("kind", (wishes, given) -> wishes.kind = Evidence.parse(given)));
    readers.put(
        "exclude",
        (wishes, given) ->
            wishes.exclude =
                each("exclude", given, MOST_EXCLUDED, id -> Ids.checked("exclude", id)));
    readers.put(
        "exclude_bought",
        one(
            "exclude_bought",
            (wishes, given) -> wishes.excludeBought = Parameters.bool("exclude_bought", given)));
    readers.put(
        "only_available",
        one(
            "only_available",
            (wishes, given) -> wishes.onlyAvailable = Parameters.bool("only_available", given)));
    readers.put(
        "category",
        (wishes, given) ->
            wishes.categories =
                each("category", given, MOST_NAMES, name -> name("category", name)));
    readers.put(
        "brand",
        (wishes, given) ->
            wishes.brands = each("brand", given, MOST_NAMES, name -> name("brand", name)));
    readers.put(
        "min_price_minor",
        one(
            "min_price_minor",
            (wishes, given) -> wishes.minPrice = Parameters.money("min_price_minor", given)));
    readers.put(
        "max_price_minor",
        one(
            "max_price_minor",
            (wishes, given) -> wishes.maxPrice = Parameters.money("max_price_minor", given)));
    readers.put(
        "boost",
        (wishes, given) -> wishes.boosts = each("boost", given, MOST_BOOSTS, Wishes::boost));
    readers.put(
        "diversity",
        one(
            "diversity",
            (wishes, given) ->
                wishes.diversity =
                    OptionalDouble.of(Parameters.decimal("diversity", given, 0, 1))));
    readers.put(
        "max_per_brand",
        one(
            "max_per_brand",
            (wishes, given) ->
                wishes.maxPerBrand =
                    Parameters.number("max_per_brand", given, 1, Rules.MOST_LIMIT, 0)));
    readers.put(
        "max_category_share",
        one(
            "max_category_share",
            (wishes, given) ->
                wishes.maxCategoryShare =
                    Parameters.decimal("max_category_share", given, LEAST_SHARE, 1)));
    readers.put(
        "reasons",
        one("reasons", (wishes, given) -> wishes.reasons = Parameters.bool("reasons", given)));
    readers.put(
        "strategy", one("strategy", (wishes, given) -> wishes.strategy = name("strategy", given)));
    readers.put(
        "sources",
        (wishes, given) ->
            wishes.sources = each("sources", given, MOST_NAMES, name -> name("sources", name)));
    readers.put(
        "user_id",
        one("user_id", (wishes, given) -> wishes.userId = Ids.checked("user_id", given)));
    return Map.copyOf(readers);
  }

  /**
   * Reads query parameters.
   *
   * @param parameters their values by name, each with one value at least
   * @param withUser whether the request may name a user by parameter
   * @throws ProblemException 400 when one breaks its rule or there is no such parameter
   */
  static Wishes of(Map<String, List<String>> parameters, boolean withUser) {
    var wishes = new Wishes();
    for (var parameter : parameters.entrySet()) {
      var name = parameter.getKey();
      var reader = PARAMETERS.get(name);
      if (reader == null || (name.equals("user_id") && !withUser)) {
        var known = new TreeSet<>(PARAMETERS.keySet());
        if (!withUser) {
          known.remove("user_id");
        }
        throw ProblemException.invalid(
            name.length() <= 64 ? name : name.substring(0, 64) + "…",
            "is not a parameter of this address; there are " + String.join(", ", known));
      }
      reader.accept(wishes, parameter.getValue());
    }
    wishes
        .wrongPrices()
        .ifPresent(
            wrong -> {
              throw ProblemException.invalid("max_price_minor", wrong);
            });
    return wishes;
  }

  private static BiConsumer<Wishes, List<String>> one(
      String name, BiConsumer<Wishes, String> reader) {
    return (wishes, given) -> {
      if (given.size() > 1) {
        throw ProblemException.invalid(name, "is given " + given.size() + " times");
      }
      reader.accept(wishes, given.get(0));
    };
  }

  private static <T> List<T> each(
      String name, List<String> given, int most, Function<String, T> reader) {
    if (given.size() > most) {
      throw ProblemException.invalid(
          name,
          "is given too often: at most "
              + most
              + " times; POST /v1/recommendations takes longer lists");
    }
    return given.stream().map(reader).toList();
  }

  private static String name(String parameter, String given) {
    if (given.isBlank() || given.length() > MOST_NAME) {
      throw ProblemException.invalid(parameter, "must have 1 to " + MOST_NAME + " characters");
    }
    return given;
  }

  /** Reads {@code brand:ACME:1.5}. */
  private static Boost boost(String given) {
    var first = given.indexOf(':');
    var last = given.lastIndexOf(':');
    if (first > 0 && last > first + 1) {
      for (var field : Boost.Field.values()) {
        if (field.name().equalsIgnoreCase(given.substring(0, first))) {
          return new Boost(
              field,
              name("boost", given.substring(first + 1, last)),
              Parameters.decimal(
                  "boost", given.substring(last + 1), Boost.LEAST_FACTOR, MOST_FACTOR));
        }
      }
    }
    throw ProblemException.invalid(
        "boost",
        "must be item, brand or category, its value and a factor with colons between: brand:ACME:1.5");
  }

  private Optional<String> wrongPrices() {
    return minPrice != null && maxPrice != null && maxPrice < minPrice
        ? Optional.of("must not be below min_price_minor")
        : Optional.empty();
  }

  /** A boost of a body. Filled while it is read. */
  private static final class BoostFields {
    private String itemId;
    private String brand;
    private String category;
    private double factor;

    private int targets() {
      return (itemId == null ? 0 : 1) + (brand == null ? 0 : 1) + (category == null ? 0 : 1);
    }

    private Boost boost() {
      if (itemId != null) {
        return new Boost(Boost.Field.ITEM, itemId, factor);
      }
      return brand != null
          ? new Boost(Boost.Field.BRAND, brand, factor)
          : new Boost(Boost.Field.CATEGORY, category, factor);
    }
  }

  /** Setters of the fields of a body. */
  @SuppressWarnings("unchecked") // each setter gets what its field's rule makes
  static <W extends Wishes> Map<String, BiConsumer<W, Object>> setters() {
    var setters = new HashMap<String, BiConsumer<Wishes, Object>>();
    setters.put("limit", (wishes, value) -> wishes.limit = (Integer) value);
    setters.put("kind", (wishes, value) -> wishes.kind = (Evidence) value);
    setters.put("exclude", (wishes, value) -> wishes.exclude = (List<String>) value);
    setters.put("exclude_bought", (wishes, value) -> wishes.excludeBought = (Boolean) value);
    setters.put("only_available", (wishes, value) -> wishes.onlyAvailable = (Boolean) value);
    setters.put("categories", (wishes, value) -> wishes.categories = (List<String>) value);
    setters.put("brands", (wishes, value) -> wishes.brands = (List<String>) value);
    setters.put("min_price_minor", (wishes, value) -> wishes.minPrice = (Long) value);
    setters.put("max_price_minor", (wishes, value) -> wishes.maxPrice = (Long) value);
    setters.put(
        "boosts",
        (wishes, value) ->
            wishes.boosts = ((List<BoostFields>) value).stream().map(BoostFields::boost).toList());
    setters.put(
        "diversity", (wishes, value) -> wishes.diversity = OptionalDouble.of((Double) value));
    setters.put("max_per_brand", (wishes, value) -> wishes.maxPerBrand = (Integer) value);
    setters.put("max_category_share", (wishes, value) -> wishes.maxCategoryShare = (Double) value);
    setters.put("reasons", (wishes, value) -> wishes.reasons = (Boolean) value);
    setters.put("strategy", (wishes, value) -> wishes.strategy = (String) value);
    setters.put("sources", (wishes, value) -> wishes.sources = (List<String>) value);
    setters.put("user_id", (wishes, value) -> wishes.userId = (String) value);
    var typed = new HashMap<String, BiConsumer<W, Object>>();
    setters.forEach((name, setter) -> typed.put(name, setter::accept));
    return typed;
  }

  /** Adds the fields of a body to its shape. */
  static <W extends Wishes> JsonShape<W> fields(JsonShape<W> shape) {
    Map<String, BiConsumer<BoostFields, Object>> setters =
        Map.of(
            "item_id", (boost, value) -> boost.itemId = (String) value,
            "brand", (boost, value) -> boost.brand = (String) value,
            "category", (boost, value) -> boost.category = (String) value,
            "factor", (boost, value) -> boost.factor = (Double) value);
    var boost =
        JsonShape.of("a boost", BoostFields::new, setters)
            .optional("item_id", id())
            .optional("brand", text(MOST_NAME))
            .optional("category", text(MOST_NAME))
            .required("factor", decimal(Boost.LEAST_FACTOR, MOST_FACTOR))
            .check(
                (fields, faults) -> {
                  if (fields.targets() != 1) {
                    faults.add("item_id", "or brand or category is required: exactly one of them");
                  }
                });
    return shape
        .optional("limit", integer(1, Rules.MOST_LIMIT))
        .optional("kind", oneOf(Evidence.class))
        .optional("exclude", ids(0, MOST_EXCLUDED))
        .optional("exclude_bought", bool())
        .optional("only_available", bool())
        .optional("categories", texts(MOST_NAMES, MOST_NAME))
        .optional("brands", texts(MOST_NAMES, MOST_NAME))
        .optional("min_price_minor", money())
        .optional("max_price_minor", money())
        .optional("boosts", objects(0, MOST_BOOSTS, boost))
        .optional("diversity", decimal(0, 1))
        .optional("max_per_brand", integer(1, Rules.MOST_LIMIT))
        .optional("max_category_share", decimal(LEAST_SHARE, 1))
        .optional("reasons", bool())
        .optional("strategy", text(MOST_NAME))
        .optional("sources", texts(MOST_NAMES, MOST_NAME))
        .optional("user_id", id())
        .check(
            (wishes, faults) ->
                ((Wishes) wishes)
                    .wrongPrices()
                    .ifPresent(wrong -> faults.add("max_price_minor", wrong)));
  }

  Rules rules() {
    return new Rules(
        limit,
        exclude,
        excludeBought,
        onlyAvailable,
        categories,
        brands,
        minPrice,
        maxPrice,
        boosts,
        diversity,
        maxPerBrand,
        maxCategoryShare);
  }

  Evidence kind() {
    return kind;
  }

  boolean reasons() {
    return reasons;
  }

  Optional<String> strategy() {
    return Optional.ofNullable(strategy);
  }

  Optional<String> userId() {
    return Optional.ofNullable(userId);
  }

  List<String> sources() {
    return sources;
  }
}

package io.shopstream.streams.fraud.rules;

import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The part of a rule after «when». A comparison with something that is not known does not hold. */
sealed interface Condition {

  boolean holds(Subject subject);

  /** All of them. */
  record All(List<Condition> parts) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      for (Condition part : parts) {
        if (!part.holds(subject)) {
          return false;
        }
      }
      return true;
    }
  }

  /** At least one of them. */
  record Any(List<Condition> parts) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      for (Condition part : parts) {
        if (part.holds(subject)) {
          return true;
        }
      }
      return false;
    }
  }

  /** The opposite. */
  record Not(Condition part) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      return !part.holds(subject);
    }
  }

  /** How two numbers compare. */
  enum Comparison {
    BELOW,
    AT_MOST,
    EQUAL,
    UNEQUAL,
    AT_LEAST,
    ABOVE;

    boolean holds(double a, double b) {
      if (Double.isNaN(a)) {
        return false;
      }
      return switch (this) {
        case BELOW -> a < b;
        case AT_MOST -> a <= b;
        case EQUAL -> a == b;
        case UNEQUAL -> a != b;
        case AT_LEAST -> a >= b;
        case ABOVE -> a > b;
      };
    }
  }

  /** A feature against a number; the limit is rounded as features are. */
  record OfFeature(int feature, Comparison comparison, double limit) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      return comparison.holds(subject.feature(feature), (float) limit);
    }
  }

  /** The model's probability against a number. */
  record OfScore(Comparison comparison, double limit) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      return comparison.holds(subject.probability(), limit);
    }
  }

  /** Whether a feature is not known. */
  record Unknown(int feature) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      return Double.isNaN(subject.feature(feature));
    }
  }

  /** Whether the id of a party is one of a list. */
  record PartyIn(EntityType party, Set<String> ids) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      return ids.contains(subject.order().id(party));
    }
  }

  /** Whether an attribute is one of a list, whatever its case. */
  record AttributeIn(Attribute attribute, Set<String> lowerCaseValues) implements Condition {
    @Override
    public boolean holds(Subject subject) {
      return lowerCaseValues.contains(
          subject.order().attribute(attribute).toLowerCase(Locale.ROOT));
    }
  }
}

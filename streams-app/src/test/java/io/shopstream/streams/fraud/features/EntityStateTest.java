package io.shopstream.streams.fraud.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EntityStateTest {
  private static final byte[] NEVER_SEEN = {};
  private static final long START = 1_600_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;

  private static OrderPart order(long timeMs, long amountMinor, long user) {
    long[] partners = new long[Partner.COUNT];
    partners[Partner.USER.code()] = user;
    return new OrderPart(timeMs, amountMinor, partners);
  }

  private static float feature(EntityType type, float[] block, String name) {
    int start = Features.index(type.key() + ".orders_10m");
    return block[Features.index(type.key() + "." + name) - start];
  }

  @Property(tries = 60)
  void shouldGiveTheFeaturesThatAPlainRecomputationGives(
      @ForAll EntityType type,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 120) int length) {
    Random random = new Random(seed);
    PlainHistory plain = new PlainHistory(type);
    byte[] state = NEVER_SEEN;
    List<OrderPart> open = new ArrayList<>();
    long now = START;
    long pace = List.of(20_000L, 10 * 60_000L, 3 * HOUR, 2 * DAY).get(random.nextInt(4));
    for (int i = 0; i < length; i++) {
      now += (long) (pace * -Math.log(1 - random.nextDouble()));
      if (!open.isEmpty() && random.nextInt(3) == 0) {
        OrderPart of = open.remove(random.nextInt(open.size()));
        OutcomePart outcome =
            new OutcomePart(
                now - random.nextInt(1000),
                of.timeMs(),
                of.amountMinor(),
                random.nextInt(3) == 0,
                random.nextDouble());
        state = EntityState.update(type, state, outcome);
        plain.add(outcome);
        continue;
      }
      boolean late = random.nextInt(8) == 0;
      long[] partners = new long[Partner.COUNT];
      for (int p = 0; p < partners.length; p++) {
        partners[p] = random.nextInt(5);
      }
      OrderPart order =
          new OrderPart(
              late ? now - random.nextInt((int) (40 * HOUR)) : now,
              random.nextInt(50_000),
              partners);
      float[] block = EntityState.features(type, state, order);
      float[] expected = plain.features(order);
      assertThat(block).hasSameSizeAs(expected);
      for (int k = 0; k < block.length; k++) {
        String name = Features.name(Features.index(type.key() + ".orders_10m") + k);
        if (Float.isNaN(expected[k])) {
          assertThat(block[k]).as(name).isNaN();
        } else {
          assertThat(block[k])
              .as(name + " of event " + i)
              .isCloseTo(expected[k], within(1e-3f + 1e-3f * Math.abs(expected[k])));
        }
      }
      state = EntityState.update(type, state, order);
      plain.add(order);
      open.add(order);
    }
  }

  @Test
  void shouldNeverLetAnOrderSeeItself() {
    float[] block = EntityState.features(EntityType.DEVICE, NEVER_SEEN, order(START, 5_000, 7));

    assertThat(feature(EntityType.DEVICE, block, "orders_10m")).isZero();
    assertThat(feature(EntityType.DEVICE, block, "amount_zscore")).isNaN();
    assertThat(feature(EntityType.DEVICE, block, "users_1d")).isEqualTo(1);
    assertThat(feature(EntityType.DEVICE, block, "new_user")).isZero();
  }

  @Test
  void shouldCountTheUsersOfADeviceInTheirWindows() {
    byte[] state = NEVER_SEEN;
    for (long user = 1; user <= 6; user++) {
      state =
          EntityState.update(EntityType.DEVICE, state, order(START + user * 10 * HOUR, 100, user));
    }

    float[] block =
        EntityState.features(EntityType.DEVICE, state, order(START + 61 * HOUR, 100, 9));

    assertThat(feature(EntityType.DEVICE, block, "users_1h")).isEqualTo(1);
    assertThat(feature(EntityType.DEVICE, block, "users_1d")).isEqualTo(4);
    assertThat(feature(EntityType.DEVICE, block, "users_30d")).isEqualTo(7);
    assertThat(feature(EntityType.DEVICE, block, "new_user")).isEqualTo(1);
  }

  @Test
  void shouldSayWhenTheSetOfPartnersWasFullAndStayExactInShorterWindows() {
    EntityState state = EntityState.empty(EntityType.DEVICE);
    for (long user = 1; user <= PartnerSet.CAPACITY; user++) {
      state.add(order(START + user * HOUR, 100, user));
    }
    long end = START + (PartnerSet.CAPACITY + 1) * HOUR;
    assertThat(state.velocity(end).partners().get(0).exact()).isTrue();

    state.add(order(end, 100, 1_000));

    EntityState.Velocity velocity = state.velocity(end);
    assertThat(velocity.partners().get(0).distinct()).isEqualTo(PartnerSet.CAPACITY);
    assertThat(velocity.partners().get(0).exact()).isFalse();
    assertThat(velocity.partners().get(0).partner()).isEqualTo(Partner.USER);
    assertThat(feature(EntityType.DEVICE, state.features(order(end, 100, 1_000)), "users_1d"))
        .isEqualTo(24);
    assertThat(state.velocity(end + 40 * DAY).partners().get(0).exact()).isTrue();
  }

  @Test
  void shouldStaySmallHoweverManyOrdersThereAre() {
    EntityState state = EntityState.empty(EntityType.USER);
    Random random = new Random(1);
    long now = START;
    for (int i = 0; i < 200_000; i++) {
      now += random.nextInt(60_000);
      long[] partners = new long[Partner.COUNT];
      Arrays.setAll(partners, p -> random.nextLong());
      state.add(new OrderPart(now, random.nextInt(1_000_000), partners));
      if (i % 2 == 0) {
        state.add(new OutcomePart(now, now - DAY, 100, i % 20 == 0, 0.1));
      }
    }

    assertThat(state.toBytes().length).isLessThan(10_000);
    byte[] once =
        EntityState.update(EntityType.USER, NEVER_SEEN, new OrderPart(now, 100, new long[8]));
    assertThat(once.length).isLessThan(100);
  }

  @Test
  void shouldReadBackWhatItWrote() {
    EntityState state = EntityState.empty(EntityType.SELLER);
    for (int i = 0; i < 300; i++) {
      state.add(order(START + i * HOUR, 100 + i, i));
      state.add(
          new OutcomePart(START + i * HOUR, START + i * HOUR - DAY, 100 + i, i % 7 == 0, 0.1));
      byte[] bytes = state.toBytes();
      assertThat(EntityState.fromBytes(EntityType.SELLER, bytes).toBytes()).isEqualTo(bytes);
    }
  }

  @Property(tries = 40)
  void shouldKeepNothingOfTheStateThatWasLoadedBefore(@ForAll EntityType type, @ForAll long seed) {
    Random random = new Random(seed);
    byte[][] states = new byte[5][];
    Arrays.fill(states, NEVER_SEEN);
    EntityState loaded = EntityState.empty(type);
    for (int i = 0; i < 300; i++) {
      int one = random.nextInt(states.length);
      long now = START + i * 3L * HOUR;
      long[] partners = new long[Partner.COUNT];
      Arrays.setAll(partners, p -> random.nextInt(90));
      OrderPart order = new OrderPart(now, 100 + random.nextInt(9_000), partners);
      OutcomePart outcome = new OutcomePart(now, now - DAY, 100, random.nextBoolean(), 0.1);
      byte[] expected =
          random.nextInt(3) == 0
              ? EntityState.update(type, states[one], outcome)
              : EntityState.update(type, states[one], order);

      assertThat(loaded.load(states[one]).features(order))
          .containsExactly(EntityState.features(type, states[one], order));
      assertThat(EntityState.update(type, loaded.toBytes(), order))
          .isEqualTo(EntityState.update(type, states[one], order));
      states[one] = expected;
    }
  }

  @Test
  void shouldRefuseBytesThatAreNotAState() {
    byte[] state = EntityState.update(EntityType.USER, NEVER_SEEN, order(START, 100, 0));

    assertThatThrownBy(
            () -> EntityState.fromBytes(EntityType.USER, Arrays.copyOf(state, state.length / 2)))
        .isInstanceOf(IllegalArgumentException.class);
    state[0] = 9;
    assertThatThrownBy(() -> EntityState.fromBytes(EntityType.USER, state))
        .hasMessageContaining("version 9");
  }
}

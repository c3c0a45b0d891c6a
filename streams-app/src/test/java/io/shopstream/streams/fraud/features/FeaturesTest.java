package io.shopstream.streams.fraud.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shopstream.streams.fraud.features.OrderFacts.Attribute;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final long SATURDAY_NIGHT = Instant.parse("2024-06-01T01:30:00Z").toEpochMilli();

  private static OrderFacts.Builder order() {
    return new OrderFacts.Builder("o-1", SATURDAY_NIGHT, 12_345);
  }

  private static float value(float[] vector, String name) {
    return vector[Features.index(name)];
  }

  @Test
  void shouldHaveANameOfItsOwnForEachFeature() {
    assertThat(new HashSet<>(Features.names())).hasSize(Features.count());
  }

  @Test
  void shouldTellTheFactsOfTheOrder() {
    OrderFacts order =
        order()
            .signupTimeMs(SATURDAY_NIGHT - 1_000)
            .attribute(Attribute.BILLING_COUNTRY, "DE")
            .attribute(Attribute.SHIPPING_COUNTRY, "FR")
            .clicksBefore(0)
            .build();

    float[] vector = Features.vector(order, Map.of(), ZoneOffset.UTC);

    assertThat(value(vector, "order.amount")).isEqualTo(123.45f);
    assertThat(value(vector, "order.hour")).isEqualTo(1);
    assertThat(value(vector, "order.night")).isEqualTo(1);
    assertThat(value(vector, "order.weekend")).isEqualTo(1);
    assertThat(value(vector, "order.seconds_since_signup")).isEqualTo(1);
    assertThat(value(vector, "order.country_mismatch")).isEqualTo(1);
    assertThat(value(vector, "order.clicks_before")).isZero();
    assertThat(value(vector, "order.age")).isNaN();
    assertThat(value(vector, "device.users_1d")).isNaN();
    assertThat(value(vector, "context.max_users_1d")).isNaN();
    float[] inTokyo = Features.vector(order, Map.of(), ZoneId.of("Asia/Tokyo"));
    assertThat(value(inTokyo, "order.hour")).isEqualTo(10);
  }

  @Test
  void shouldSayWhatThePartiesSayTogether() {
    OrderFacts order =
        order()
            .id(EntityType.USER, "u-1")
            .id(EntityType.DEVICE, "d-1")
            .id(EntityType.IP, "10.0.0.1")
            .build();
    byte[] device = {};
    byte[] ip = {};
    byte[] user = {};
    for (int i = 0; i < 5; i++) {
      OrderPart part =
          new OrderFacts.Builder("b-" + i, SATURDAY_NIGHT - 1000, 100)
              .id(EntityType.USER, "other-" + i)
              .build()
              .part();
      device = EntityState.update(EntityType.DEVICE, device, part);
      ip = i < 2 ? EntityState.update(EntityType.IP, ip, part) : ip;
    }
    ip =
        EntityState.update(
            EntityType.IP,
            ip,
            new OutcomePart(SATURDAY_NIGHT, SATURDAY_NIGHT - 1000, 100, true, 0));
    user =
        EntityState.update(
            EntityType.USER,
            user,
            order().id(EntityType.DEVICE, "d-0").id(EntityType.IP, "10.0.0.1").build().part());
    Map<EntityType, float[]> blocks = new EnumMap<>(EntityType.class);
    blocks.put(EntityType.USER, EntityState.features(EntityType.USER, user, order.part()));
    blocks.put(EntityType.DEVICE, EntityState.features(EntityType.DEVICE, device, order.part()));
    blocks.put(EntityType.IP, EntityState.features(EntityType.IP, ip, order.part()));

    float[] vector = Features.vector(order, blocks, ZoneOffset.UTC);

    assertThat(value(vector, "device.users_1d")).isEqualTo(6);
    assertThat(value(vector, "context.max_users_1d")).isEqualTo(6);
    assertThat(value(vector, "context.max_users_30d")).isEqualTo(6);
    assertThat(value(vector, "context.known_frauds_30d")).isEqualTo(1);
    assertThat(value(vector, "context.max_fraud_rate_30d")).isEqualTo(0.5f);
    assertThat(value(vector, "context.first_order")).isZero();
    assertThat(value(vector, "user.orders_all")).isEqualTo(1);
    assertThat(value(vector, "user.new_device")).isEqualTo(1);
    assertThat(value(vector, "user.new_ip")).isZero();
    assertThat(value(vector, "context.new_pairs")).isEqualTo(1);
  }

  @Test
  void shouldPutAFeatureIntoWords() {
    OrderFacts order = order().attribute(Attribute.SOURCE, "Ads").build();

    assertThat(Features.words(Features.index("device.users_1d"), 14, order))
        .isEqualTo("the device was seen with 14 different users within 24 hours");
    assertThat(Features.words(Features.index("order.seconds_since_signup"), 7_300, order))
        .isEqualTo("the account was opened 2 h before the order");
    assertThat(Features.words(Features.index("user.new_device"), 0, order))
        .isEqualTo("the device is not new to the user");
    assertThat(Features.words(Features.index("seller.fraud_rate_30d"), 0.5f, order))
        .isEqualTo("50 % of the outcomes of the seller known in 30 days were frauds");
    assertThat(Features.words(Features.index("order.source"), Features.code("Ads"), order))
        .isEqualTo("came through Ads");
    for (int i = 0; i < Features.count(); i++) {
      assertThat(Features.words(i, 1.5f, order)).doesNotContain("{").isNotBlank();
    }
  }

  @Property(tries = 200)
  void shouldReadBackAVector(@ForAll @Size(12) float[] some) {
    float[] vector = new float[Features.count()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i % 5 == 0 ? Float.NaN : i % 3 == 0 ? i : some[i % some.length];
    }

    float[] back = Features.fromBytes(Features.toBytes(vector));

    for (int i = 0; i < vector.length; i++) {
      assertThat(Float.compare(back[i] + 0f, vector[i] + 0f))
          .as("%s and %s", back[i], vector[i])
          .isZero();
    }
  }

  @Test
  void shouldReadBackAPartOfAnOrder() {
    OrderPart part = order().id(EntityType.USER, "u").id(EntityType.SELLER, "s").build().part();

    assertThat(OrderPart.fromBytes(part.toBytes())).isEqualTo(part);
    assertThat(part.partner(Partner.USER)).isEqualTo(Ids.hash("u"));
    assertThat(part.partner(Partner.DEVICE)).isZero();
  }

  @Test
  void shouldRefuseAVectorOfAnotherLayout() {
    byte[] bytes = Features.toBytes(new float[Features.count()]);
    bytes[0] = 99;

    assertThatThrownBy(() -> Features.fromBytes(bytes)).hasMessageContaining("layout 99");
  }
}

package io.shopstream.streams.fraud;

import static org.assertj.core.api.Assertions.assertThat;

import io.shopstream.events.topics.EventKeys;
import io.shopstream.streams.fraud.features.EntityType;
import io.shopstream.streams.fraud.messages.EntityMail;
import io.shopstream.streams.fraud.messages.EntityMessage;
import java.util.EnumMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class EntityMailTest {

  @Property(tries = 300)
  void shouldReachEachPartyOnceInItsOwnPartition(
      @ForAll @StringLength(min = 1, max = 20) String id,
      @ForAll @IntRange(min = 1, max = 9) int partitions) {
    var ids = new EnumMap<EntityType, String>(EntityType.class);
    for (var type : EntityType.values()) {
      ids.put(type, type.key() + id);
    }

    var mails = EntityMail.to(ids, new EntityMessage.Forget(7), partitions);

    assertThat(mails).hasSizeLessThanOrEqualTo(partitions);
    assertThat(mails.stream().flatMap(mail -> mail.parties().stream()))
        .containsExactlyInAnyOrderElementsOf(
            ids.entrySet().stream().map(e -> EntityMail.key(e.getKey(), e.getValue())).toList());
    for (var mail : mails) {
      assertThat(mail.parties())
          .extracting(party -> EventKeys.partition(party, partitions))
          .containsOnly(EventKeys.partition(mail.key(), partitions));
      assertThat(EntityMail.of(mail.key(), mail.toBytes())).isEqualTo(mail);
    }
  }
}

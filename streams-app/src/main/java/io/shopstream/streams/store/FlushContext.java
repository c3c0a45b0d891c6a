package io.shopstream.streams.store;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/** What a flush before a commit needs of a processor context that no record is passing through. */
final class FlushContext {

  private FlushContext() {}

  /**
   * Writing to a changelog asks for the time of the current record; before the first there is none.
   */
  static void ensureRecordContext(InternalProcessorContext<?, ?> context) {
    if (context.recordContext() == null) {
      context.setRecordContext(
          new ProcessorRecordContext(
              context.currentSystemTimeMs(), -1, -1, null, new RecordHeaders()));
    }
  }
}

package io.shopstream.streams.runtime;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.ProcessorWrapper;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.WrappedFixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.WrappedProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Makes of a cast that fails in a processor an exception like any other of its code. Kafka Streams
 * takes it for a mistake in how processors are connected and asks no handler: it ends the thread,
 * and the next one in turn, at the same record.
 */
public final class FailedCasts implements ProcessorWrapper {

  /** In place of the exception of the cast, which is its cause. */
  static final class FailedCastException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private FailedCastException(ClassCastException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** What every topology is begun with, so that failed casts come to the handler of exceptions. */
  public static TopologyConfig handled(String applicationId) {
    return new TopologyConfig(
        new StreamsConfig(
            Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                applicationId,
                // Asked for, but not used: a topology connects to nothing.
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                "none:1",
                StreamsConfig.PROCESSOR_WRAPPER_CLASS_CONFIG,
                FailedCasts.class)));
  }

  /** What really happened in the code of a processor. */
  static Exception cause(Exception thrown) {
    return thrown instanceof FailedCastException && thrown.getCause() instanceof Exception cause
        ? cause
        : thrown;
  }

  @Override
  public <KIn, VIn, KOut, VOut>
      WrappedProcessorSupplier<KIn, VIn, KOut, VOut> wrapProcessorSupplier(
          String name, ProcessorSupplier<KIn, VIn, KOut, VOut> supplier) {
    return new WrappedProcessorSupplier<>() {
      @Override
      public Processor<KIn, VIn, KOut, VOut> get() {
        return new Wrapped<>(supplier.get());
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return supplier.stores();
      }
    };
  }

  /** There are none of these in the topologies. */
  @Override
  public <KIn, VIn, VOut>
      WrappedFixedKeyProcessorSupplier<KIn, VIn, VOut> wrapFixedKeyProcessorSupplier(
          String name, FixedKeyProcessorSupplier<KIn, VIn, VOut> supplier) {
    return ProcessorWrapper.asWrappedFixedKey(supplier);
  }

  private record Wrapped<KIn, VIn, KOut, VOut>(Processor<KIn, VIn, KOut, VOut> processor)
      implements Processor<KIn, VIn, KOut, VOut> {

    @Override
    public void init(ProcessorContext<KOut, VOut> context) {
      processor.init(context);
    }

    @Override
    public void process(Record<KIn, VIn> record) {
      try {
        processor.process(record);
      } catch (ClassCastException e) {
        throw new FailedCastException(e);
      }
    }

    @Override
    public void close() {
      processor.close();
    }
  }
}

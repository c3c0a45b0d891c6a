package io.shopstream.streams.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.StampedLock;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.RocksDBStore;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The RocksDB store of Kafka Streams, with reads that wait for nobody. There each read holds the
 * monitor that a commit holds while it writes everything to the disk, and a close while it waits
 * for what goes on in the background; who serves queries then waits for the disk, and with it
 * everybody who is served by the same thread. RocksDB itself may be read by any number of threads
 * beside a writer; all that is needed is that it is not closed under a reader.
 */
final class FreelyReadRocksDb extends RocksDBStore {

  private static final VarHandle DB = dbOfKafkaStreams();

  private final StampedLock closing = new StampedLock();
  private RocksDB readable; // null: closed; guarded by closing

  private FreelyReadRocksDb(String name, String metricsScope) {
    super(name, metricsScope);
  }

  private static VarHandle dbOfKafkaStreams() {
    try {
      return MethodHandles.privateLookupIn(RocksDBStore.class, MethodHandles.lookup())
          .findVarHandle(RocksDBStore.class, "db", RocksDB.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Makes stores of this kind. */
  static KeyValueBytesStoreSupplier supplier(String name) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new FreelyReadRocksDb(name, metricsScope());
      }

      @Override
      public String metricsScope() {
        return "rocksdb";
      }
    };
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    super.init(context, root);
    var stamp = closing.writeLock();
    try {
      readable = (RocksDB) DB.get(this);
    } finally {
      closing.unlockWrite(stamp);
    }
  }

  // Without the monitor that the method it replaces takes: that is what it is for.
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  public byte[] get(Bytes key) {
    var stamp = closing.readLock();
    try {
      if (readable != null) {
        return readable.get(key.get());
      }
    } catch (RocksDBException e) {
      throw new ProcessorStateException("Error while getting a value from store " + name(), e);
    } finally {
      closing.unlockRead(stamp);
    }
    return super.get(key); // says that it is not open
  }

  @Override
  public synchronized void close() {
    var stamp = closing.writeLock();
    readable = null;
    closing.unlockWrite(stamp);
    super.close();
  }
}

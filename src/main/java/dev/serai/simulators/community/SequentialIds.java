package dev.serai.simulators.community;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.bson.types.ObjectId;

/**
 * Object ids as a driver makes them: the real second, five bytes of the process, a counter. Each is greater than the one
 * before as long as the clock does not go back.
 *
 * <p>The same clock and generator give the same ids. Not thread-safe.
 */
final class SequentialIds {

    private static final int LENGTH = 12;

    private final InstantSource clock;
    private final byte[] process = new byte[5];
    private int counter;

    SequentialIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        random.nextBytes(process);
    }

    ObjectId next() {
        int number = counter++;
        return new ObjectId(ByteBuffer.allocate(LENGTH)
                .putInt((int) clock.instant().getEpochSecond())
                .put(process)
                .put((byte) (number >> 16))
                .putShort((short) number)
                .array());
    }
}

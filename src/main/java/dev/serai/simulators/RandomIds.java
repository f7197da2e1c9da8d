package dev.serai.simulators;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Random UUIDs from a generator with a seed. */
final class RandomIds {

    private RandomIds() {}

    /** A UUID of version 4, as text. */
    static String version4(RandomGenerator random) {
        long version4 = (random.nextLong() & ~0xF000L) | 0x4000L;
        long variant2 = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(version4, variant2).toString();
    }
}

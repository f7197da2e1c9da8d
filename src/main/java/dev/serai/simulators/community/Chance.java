package dev.serai.simulators.community;

import java.util.List;
import java.util.random.RandomGenerator;

/** The kinds of chance in the community. The same generator state gives the same choices. Not thread-safe. */
final class Chance {

    private final RandomGenerator random;

    Chance(RandomGenerator random) {
        this.random = random;
    }

    /** From 0 to below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    char any(String characters) {
        return characters.charAt(random.nextInt(characters.length()));
    }

    /** The wait until the next event of a Poisson process, in the unit of the mean. */
    double wait(double mean) {
        return random.nextExponential() * mean;
    }

    /** How many events of a Poisson process fall into one unit of time. */
    int poisson(double mean) {
        int events = 0;
        double rest = mean - random.nextExponential();
        while (rest > 0) {
            events++;
            rest -= random.nextExponential();
        }
        return events;
    }
}

package dev.serai.prove;

import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Something that goes wrong, in one way.
 *
 * @param name what {@code FAULT=} chooses it by
 * @param says what happens, in plain words
 * @param place where; two faults at one place cannot happen together
 * @param missing what the machine lacks for it, looked at when it is asked for; nothing if it can be done
 * @param inject begins it; or does all of it, if it is over at once
 * @param heal ends it
 * @param steady whether it only lasts; else it waits until something has happened
 */
record Fault(
        String name,
        String says,
        Place place,
        Supplier<Optional<String>> missing,
        Step inject,
        Step heal,
        boolean steady) {

    /** In the order in which they are healed: the application last. */
    enum Place {
        BROKER,
        POSTGRES,
        S3,
        MONGO,
        SOURCE,
        READINGS,
        APPLICATION
    }

    /** What is done to a site. */
    interface Step {
        void on(Site site, Random random) throws Exception;
    }

    static Fault of(Place place, String name, String says, Step inject, Step heal) {
        return new Fault(name, says, place, Optional::empty, inject, heal, true);
    }

    /** The same, known to wait until something has happened that another fault may keep from happening. */
    Fault waiting() {
        return new Fault(name, says, place, missing, inject, heal, false);
    }
}

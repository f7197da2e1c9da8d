package dev.serai.prove;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Faults that happen at the same time, each at another place. Pure. */
final class Combinations {

    private Combinations() {}

    /** The same for the same seed; none that waits for something, which another may keep from happening. */
    static List<List<Fault>> of(List<Fault> faults, int count, long seed) {
        Random random = new Random(seed);
        List<Fault> possible =
                new ArrayList<>(faults.stream().filter(fault -> fault.steady()).toList());
        List<List<Fault>> combinations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Collections.shuffle(possible, random);
            int size = 2 + random.nextInt(2);
            Set<Fault.Place> taken = EnumSet.noneOf(Fault.Place.class);
            combinations.add(possible.stream()
                    .filter(fault -> taken.size() < size && taken.add(fault.place()))
                    .toList());
        }
        return combinations;
    }
}

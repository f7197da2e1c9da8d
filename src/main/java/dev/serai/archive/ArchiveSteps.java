package dev.serai.archive;

/** Told how far the archive of an object has got; in production nobody listens, tests end the process there. */
@FunctionalInterface
interface ArchiveSteps {

    /** In the order in which they are reached. */
    enum Step {
        SELECTED,
        PLANNED,
        WRITTEN,
        READ_BACK,
        CERTIFIED,
        VERIFIED,
        DELETING,
        DELETED
    }

    ArchiveSteps NONE = (step, certificate) -> {};

    /**
     * One is reached.
     *
     * @param certificate of the object; DELETING is told before the commit
     */
    void reached(Step step, Certificate certificate);
}

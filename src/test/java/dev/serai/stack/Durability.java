package dev.serai.stack;

/** How much a server of the local stack does for its data. */
public enum Durability {
    /** What was acknowledged survives a power cut. */
    DURABLE,
    /** Fast; what was acknowledged survives a stop and a killed process, not a power cut. */
    THROW_AWAY
}

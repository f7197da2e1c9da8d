package dev.serai.sensors;

/** What a {@link Journal} publishes: for each number a message that is always the same. Called from one thread at a time. */
public interface Messages {

    String payload(int number);

    /** How often it is sent. */
    int copies(int number);
}

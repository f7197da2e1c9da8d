package dev.serai.stack;

/** A user of one of the servers. Immutable; the password is not printed. */
public record Login(String user, String password) {

    @Override
    public String toString() {
        return user;
    }
}

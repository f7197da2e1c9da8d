package dev.serai.stack;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom PostgreSQL runs as. It refuses to run as root, so as root it runs as {@code nobody}; otherwise as the user himself.
 *
 * <p>Immutable and thread-safe.
 *
 * @param prefix what stands before a command so that it runs as this account
 * @param owner the user number that has to own the data
 */
record PostgresAccount(List<String> prefix, int owner) {

    private static final int ROOT = 0;
    private static final int NOBODY = 65_534;

    // The kernel's name for passing through directories that only root may enter. PostgreSQL asks with access(2), which
    // looks away from the capabilities of a user that is not root unless it is told not to.
    private static final List<String> ENTER_EVERYWHERE = List.of(
            "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--securebits=+no_setuid_fixup");

    /**
     * Finds the first way that works here.
     *
     * @param directory where the data will be
     * @throws StackException if none works; it says what was tried
     */
    static PostgresAccount choose(Path directory, PostgresBinaries binaries) {
        int self = (int) new UnixSystem().getUid();
        if (self != ROOT) {
            return new PostgresAccount(List.of(), self);
        }
        List<String> nobody = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        List<String> nobodyEverywhere = new ArrayList<>(nobody);
        nobodyEverywhere.addAll(ENTER_EVERYWHERE);
        List<PostgresAccount> ways = List.of(
                new PostgresAccount(nobody, NOBODY),
                new PostgresAccount(List.copyOf(nobodyEverywhere), NOBODY),
                // In a namespace of its own root has no name, and its files belong to the same nameless user.
                new PostgresAccount(List.of("unshare", "--user"), ROOT));
        StringBuilder tried = new StringBuilder();
        for (PostgresAccount way : ways) {
            Command.Result result = way.tryOut(directory, binaries);
            if (result.succeeded()) {
                return way;
            }
            tried.append("%n  %s: %s".formatted(String.join(" ", way.prefix), result.output()));
        }
        throw new StackException(("PostgreSQL refuses to run as root, and no other account can run it here. Start as an"
                        + " ordinary user, or give the address of your own PostgreSQL with POSTGRES_URL. Tried:%s")
                .formatted(tried));
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Makes a directory, or one that an earlier start as another account has left, this account's. */
    void own(Path directory) {
        try {
            if (!Integer.valueOf(owner).equals(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
                FileTree.own(directory, owner);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not root, the programs run, and a directory of its own can be written: all that PostgreSQL needs. */
    private Command.Result tryOut(Path directory, PostgresBinaries binaries) {
        try {
            Path trial = Files.createTempDirectory(directory, "account-trial-");
            try {
                own(trial);
                return Command.run(command(List.of(
                        "sh",
                        "-c",
                        "test \"$(id -u)\" != 0 && \"$0\" --version && mkdir \"$1/x\" && rmdir \"$1/x\"",
                        binaries.program("postgres"),
                        trial.toString())));
            } finally {
                FileTree.delete(trial);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.serai.settings;

import java.util.List;

/** Everything that is wrong with the settings, one line each; the message can be shown to a person as it is. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(List<String> mistakes) {
        super("%d %s in the settings:%n  %s"
                .formatted(
                        mistakes.size(),
                        mistakes.size() == 1 ? "mistake" : "mistakes",
                        String.join(System.lineSeparator() + "  ", mistakes)));
    }
}

package dev.sluice.monitor.retraining;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a command line, divided as a shell divides them: at blanks, except in quotes and after a backslash. Nothing else has a
 * special meaning, and no shell runs, because a model's name becomes part of the command.
 */
public final class CommandWords {
    private static final char NONE = 0;

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private char quote = NONE;

    private CommandWords(String text) {
        this.text = text;
    }

    /**
     * Divides a command line.
     *
     * @throws IllegalArgumentException when a quote is not closed
     */
    public static List<String> of(String command) {
        CommandWords reader = new CommandWords(command);
        reader.read();
        return List.copyOf(reader.words);
    }

    private void read() {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && isEscape(at)) {
                at++;
                add(text.charAt(at));
            } else if (quote != NONE) {
                readQuoted(c);
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                endWord();
            } else {
                add(c);
            }
        }
        if (quote != NONE) {
            throw new IllegalArgumentException("a quote (%c) is not closed".formatted(quote));
        }
        endWord();
    }

    /** Between single quotes a backslash is literal; between double quotes it is, except before a quote or a backslash. */
    private boolean isEscape(int at) {
        if (at + 1 == text.length() || quote == '\'') {
            return false;
        }
        char next = text.charAt(at + 1);
        return quote == NONE || next == '"' || next == '\\';
    }

    private void readQuoted(char c) {
        if (c == quote) {
            quote = NONE;
        } else {
            add(c);
        }
    }

    private void add(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
    }
}

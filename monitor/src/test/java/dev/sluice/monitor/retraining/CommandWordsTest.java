package dev.sluice.monitor.retraining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A command line is divided as a shell divides it, and nothing in it is run by a shell. */
class CommandWordsTest {
    @Test
    void blanksDivideWordsExceptInQuotesAndAfterABackslash() {
        assertEquals(List.of("python3", "-m", "training"), CommandWords.of("  python3 -m\ttraining "));
        assertEquals(List.of("/my models/run", "{model}"), CommandWords.of("'/my models/run' {model}"));
        assertEquals(List.of("/my models/run", "{model}"), CommandWords.of("\"/my models/run\" {model}"));
        assertEquals(List.of("/my models/run", "{model}"), CommandWords.of("/my\\ models/run {model}"));
        assertEquals(List.of("a b", "c"), CommandWords.of("a' 'b c"));
    }

    @Test
    void quotesAndBackslashesCanBeWritten() {
        assertEquals(List.of("it's", "\"", "\\"), CommandWords.of("\"it's\" '\"' \\\\"));
        assertEquals(List.of("a\"b\\c\\d"), CommandWords.of("\"a\\\"b\\\\c\\d\""));
        assertEquals(List.of("a\\b", ""), CommandWords.of("'a\\b' ''"));
    }

    @Test
    void nothingElseHasAMeaning() {
        assertEquals(List.of("run", "$HOME", "`id`", "*", "|", ";", "#"), CommandWords.of("run $HOME `id` * | ; #"));
        assertEquals(List.of(), CommandWords.of(" "));
    }

    @Test
    void aQuoteThatIsNotClosedIsRefused() {
        for (String command : List.of("run 'a b", "run \"a", "'")) {
            assertThrows(IllegalArgumentException.class, () -> CommandWords.of(command), command);
        }
    }
}

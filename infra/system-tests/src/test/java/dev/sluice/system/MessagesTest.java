package dev.sluice.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every problem, rejection reason and settings fault there is reads {@code <thing and fault>: <remedy>}, in plain words. */
class MessagesTest {
    private static final Path PROJECT =
            Path.of(System.getProperty("user.dir")).resolve("../..").normalize().toAbsolutePath();
    private static final int LONGEST = 320;
    /** The thing and its fault, a colon, the remedy. */
    private static final Pattern FORM = Pattern.compile("(?s)(.+): (.+)");

    private static final Pattern NOT_PLAIN = Pattern.compile(
            "(?i)[a-z]Exception|NullPointer|OutOfBounds|getMax\\w+|StreamReadFeature|JsonReadFeature"
                    + "|\\b(?:kept|the truth|strangers?|nobody|whoever|is worth|is said|are not right|stands? there|a look|goes away)\\b");

    @Test
    void everyMessageNamesTheThingTheFaultAndTheRemedyInPlainWords() throws Exception {
        Map<String, Set<String>> texts = MessageTexts.in(PROJECT);
        List<String> faults = new ArrayList<>();
        int count = 0;
        for (Map.Entry<String, Set<String>> file : texts.entrySet()) {
            System.out.println(file.getKey().replaceAll(".*/", ""));
            for (String text : file.getValue()) {
                count++;
                System.out.println("  " + text);
                faultOf(text).ifPresent(fault -> faults.add("%s: %s: \"%s\"".formatted(file.getKey(), fault, text)));
            }
        }
        System.out.printf("%d messages in %d files%n", count, texts.size());
        assertTrue(count > 100, "the messages were found: " + count);
        assertEquals("", String.join("\n", faults));
    }

    @Test
    void theRulesFindWhatTheyAreFor() {
        assertTrue(faultOf("the body has 3 rows too many").isPresent(), "no remedy");
        assertTrue(faultOf("broken: send another").isPresent(), "no thing and fault");
        assertTrue(
                faultOf("the model '…' was refused: log the model again").isPresent(),
                "a remedy that may cause the fault");
        assertTrue(
                faultOf("the body failed with a NullPointerException: send it again")
                        .isPresent(),
                "a class name");
        assertTrue(faultOf("the feedback is kept no longer: send it earlier").isPresent(), "words");
        assertTrue(faultOf("column 'x' is duplicated: send each column once").isEmpty());
    }

    /** What is wrong with a text. */
    private static Optional<String> faultOf(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.of("names no remedy after a colon");
        }
        if (form.group(1).strip().split("\\s+").length < 2) {
            return Optional.of("does not name the thing and its fault before the colon");
        }
        if (form.group(2).strip().equals("log the model again")) {
            return Optional.of("advises to log the model again and not what to change");
        }
        if (text.length() > LONGEST) {
            return Optional.of("is longer than " + LONGEST + " characters");
        }
        Matcher notPlain = NOT_PLAIN.matcher(text);
        return notPlain.find() ? Optional.of("says '" + notPlain.group() + "'") : Optional.empty();
    }
}
